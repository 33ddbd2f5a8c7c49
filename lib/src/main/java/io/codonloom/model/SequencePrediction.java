package io.codonloom.model;

import io.codonloom.sequence.Modality;
import java.util.Map;
import java.util.SortedMap;

/**
 * What a model says about one sequence.
 *
 * @param value in the label's own units, or the index of the most probable class
 * @param probabilities of each class, in the classes' order; none for a regression
 * @param attention the weight of each modality; they add up to 1; empty where the network has no
 *     such
 */
public record SequencePrediction(
    double value, Map<String, Double> probabilities, SortedMap<Modality, Double> attention) {}
