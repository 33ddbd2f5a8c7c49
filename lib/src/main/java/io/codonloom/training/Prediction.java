package io.codonloom.training;

import io.codonloom.sequence.Modality;
import java.util.SortedMap;

/**
 * What a model says about one sequence.
 *
 * @param value in the label's own units
 * @param attention the weight of each modality; they add up to 1; empty where the network has no
 *     such
 */
public record Prediction(double value, SortedMap<Modality, Double> attention) {}
