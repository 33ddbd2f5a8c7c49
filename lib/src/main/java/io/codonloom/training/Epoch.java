package io.codonloom.training;

/**
 * One line of a training's history. Losses are those of the scaled labels, without the entropy
 * term; the validation score is in the task's own metric (Spearman for regression, accuracy for
 * classification).
 *
 * @param epoch counted from 1
 * @param trainLoss mean loss per row over the epoch, dropout on
 * @param validationLoss mean loss per row, dropout off
 * @param validationScore the task's metric on the validation part
 * @param learningRate the rate used in this epoch
 * @param attentionEntropy mean of −Σ α ln α over the validation rows, in nats
 * @param seconds wall time of the epoch
 * @param averagingSeconds the part of it spent outside the workers' own steps: shipping parameters
 *     and averaging them
 * @param rounds of averaging in the epoch
 */
public record Epoch(
    int epoch,
    double trainLoss,
    double validationLoss,
    double validationScore,
    double learningRate,
    double attentionEntropy,
    double seconds,
    double averagingSeconds,
    int rounds) {}
