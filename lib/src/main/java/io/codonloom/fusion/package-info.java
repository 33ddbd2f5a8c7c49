/**
 * The networks that fuse the modalities codon by codon: their settings, the parts that they are put
 * together from, and the Deeplearning4j graph of the whole ({@code fusion.layer} has its layers).
 *
 * <p>Layout. Everything with a codon axis is {@code [batch, codons, features]} in row-major order,
 * the store's own layout, so that a projection is one matrix product over batch × codons rows and a
 * convolution is a sum of matrix products over shifted rows. A modality's mask is {@code [batch,
 * codons]}, 1 at the codons it covers; activations outside the mask are 0. A batch padded to its
 * longest example gives each example the output and the gradient that it has alone.
 *
 * <p>A {@link io.codonloom.fusion.FusionPart fusion} ends in one vertex {@code [batch, codons,
 * width]}, a {@link io.codonloom.fusion.HeadPart head} starts there and ends in {@code [batch,
 * width]}: {@link io.codonloom.fusion.FusionNetwork} joins them and adds the last layer.
 */
package io.codonloom.fusion;
