package io.codonloom.training;

import io.codonloom.sequence.Modality;
import java.util.SortedMap;

/**
 * One line of a run's predictions.
 *
 * @param rowId of the measurement
 * @param sequenceId of its coding sequence
 * @param part of the split
 * @param label in its own units
 * @param prediction in the same units
 * @param attention the modalities' weights; they add up to 1
 */
public record Prediction(
    String rowId,
    String sequenceId,
    String part,
    double label,
    double prediction,
    SortedMap<Modality, Double> attention) {}
