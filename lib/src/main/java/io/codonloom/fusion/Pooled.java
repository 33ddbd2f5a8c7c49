package io.codonloom.fusion;

/**
 * A vertex whose activations are {@code [batch, width]}.
 *
 * @param vertex its name in the graph
 * @param width features of an example
 */
record Pooled(String vertex, int width) {}
