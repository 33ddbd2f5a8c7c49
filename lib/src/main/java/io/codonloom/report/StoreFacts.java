package io.codonloom.report;

import io.codonloom.sequence.Modality;

/**
 * The embeddings of one modality. A count of −1 is unknown and shown as such.
 *
 * @param store the store's name
 * @param modality of the inputs
 * @param checkpoint the encoder's name
 * @param sha256 of its weights; empty where unknown
 * @param inputs distinct encoder inputs
 * @param codons vectors in all
 * @param dim channels of a vector
 * @param bytes on disk
 */
public record StoreFacts(
    String store,
    Modality modality,
    String checkpoint,
    String sha256,
    long inputs,
    long codons,
    int dim,
    long bytes) {}
