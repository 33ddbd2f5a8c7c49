package io.codonloom.config;

import io.codonloom.fusion.Optimizer;

/**
 * How a model is trained.
 *
 * @param run the name of the training and of its folder under {@code runs/}
 * @param split the split whose parts {@code train}, {@code val} and {@code test} are used
 * @param seed of parameters, shuffling and dropout
 * @param batchSize rows per step and worker
 * @param workers models trained side by side and averaged; 0 for as many as Spark runs tasks at
 *     once
 * @param averagingFrequency steps of each worker between two averages
 * @param epochs at most so many
 * @param patience epochs without a better validation loss before training stops
 * @param plateauPatience epochs without a better validation loss before the learning rate falls
 * @param plateauFactor what the learning rate is multiplied by then
 * @param optimizer what the weight decay means: L2 in the gradient, or decoupled from it
 * @param learningRate of Adam
 * @param weightDecay of the weights
 * @param shuffledControl also train on the same labels shuffled, to show that nothing leaks
 * @param bootstrapSamples for the intervals of the scores
 * @param classWeights of a classification
 */
public record Training(
    String run,
    String split,
    long seed,
    int batchSize,
    int workers,
    int averagingFrequency,
    int epochs,
    int patience,
    int plateauPatience,
    double plateauFactor,
    Optimizer.Method optimizer,
    double learningRate,
    double weightDecay,
    boolean shuffledControl,
    int bootstrapSamples,
    ClassWeights classWeights) {

  public Training {
    Names.check("run", run);
    atLeast("batch-size", batchSize, 1);
    atLeast("workers", workers, 0);
    atLeast("averaging-frequency", averagingFrequency, 1);
    atLeast("epochs", epochs, 1);
    atLeast("patience", patience, 1);
    atLeast("plateau-patience", plateauPatience, 1);
    atLeast("bootstrap-samples", bootstrapSamples, 1);
    if (seed == 0) {
      throw new IllegalArgumentException("seed must not be 0: ND4J takes the clock for it");
    }
    if (!(plateauFactor > 0 && plateauFactor < 1)) {
      throw new IllegalArgumentException(
          "plateau-factor must be between 0 and 1, was " + plateauFactor);
    }
    if (!(learningRate > 0 && Double.isFinite(learningRate))) {
      throw new IllegalArgumentException(
          "learning-rate must be a number above 0, was " + learningRate);
    }
    if (!(weightDecay >= 0 && Double.isFinite(weightDecay))) {
      throw new IllegalArgumentException(
          "weight-decay must be a number from 0 on, was " + weightDecay);
    }
  }

  private static void atLeast(String key, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(key + " must be at least " + least + ", was " + value);
    }
  }
}
