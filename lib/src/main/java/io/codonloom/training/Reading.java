package io.codonloom.training;

import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.Rules;
import java.util.SortedMap;

/**
 * How sequences became what the encoders read; a model is to be used on others read alike.
 *
 * @param rules that the training's sequences were held against
 * @param limits of the encoders; a modality that is not there has none
 */
public record Reading(Rules rules, SortedMap<Modality, InputLimit> limits) {}
