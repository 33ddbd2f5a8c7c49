package io.codonloom.report;

import io.codonloom.sequence.Modality;

/**
 * What one modality's encoder is given to read.
 *
 * @param modality of the texts
 * @param inputs distinct texts
 * @param truncatedRows accepted rows of which the encoder reads the beginning only
 * @param windowedRows accepted rows that the encoder reads in windows
 */
public record InputFacts(Modality modality, long inputs, long truncatedRows, long windowedRows) {}
