package io.codonloom.fusion.layer;

/**
 * A vertex whose activations are {@code [batch, codons, width]}.
 *
 * @param vertex its name in the graph
 * @param width features per codon
 * @param data whether it is an input of the graph, so that nobody needs its gradient
 */
public record Codons(String vertex, int width, boolean data) {
  /** A vertex behind learned parameters. */
  public static Codons learned(String vertex, int width) {
    return new Codons(vertex, width, false);
  }
}
