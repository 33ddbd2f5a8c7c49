package io.codonloom.model;

import java.util.SortedMap;

/**
 * What a model was trained on.
 *
 * @param dataset its name
 * @param fingerprint of its content: the XOR of the SHA-256 of every row's id, sequence, part and
 *     label, so that it depends on no file, order or time
 * @param rows how many each part of the split has; without those left out for want of an embedding
 */
public record TrainingData(String dataset, String fingerprint, SortedMap<String, Long> rows) {}
