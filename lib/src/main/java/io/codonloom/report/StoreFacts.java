package io.codonloom.report;

import io.codonloom.sequence.Modality;

/**
 * The embeddings of one modality. What is unknown is an empty text or a count of −1.
 *
 * @param store the store's name
 * @param modality of the inputs
 * @param checkpoint the encoder's name
 * @param sha256 of its weights
 * @param output what was kept of it, for instance {@code layer 6}
 * @param dtype how the numbers are stored
 * @param inputs distinct encoder inputs
 * @param codons of all inputs
 * @param bytes of the modality in the store
 */
public record StoreFacts(
    String store,
    Modality modality,
    String checkpoint,
    String sha256,
    String output,
    String dtype,
    long inputs,
    long codons,
    long bytes) {}
