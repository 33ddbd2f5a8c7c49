package io.codonloom.embedding;

/**
 * An encoder's input.
 *
 * @param key of the text
 * @param text what the encoder reads
 */
public record KeyedText(String key, String text) {}
