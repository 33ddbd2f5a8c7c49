/**
 * The networks that fuse the modalities codon by codon: Deeplearning4j graphs of a few layers with
 * hand-written backward passes.
 *
 * <p>Layout. Everything with a codon axis is {@code [batch, codons, features]} in row-major order,
 * the store's own layout, so that a projection is one matrix product over batch × codons rows and a
 * convolution is a sum of matrix products over shifted rows. A modality's mask is {@code [batch,
 * codons]}, 1 at the codons it covers; activations outside the mask are 0. A batch padded to its
 * longest example gives each example the output and the gradient that it has alone.
 *
 * <p>A {@link io.codonloom.fusion.FusionPart fusion} ends in one vertex {@code [batch, codons,
 * width]}, a {@link io.codonloom.fusion.HeadPart head} starts there and ends in {@code [batch,
 * width]}: {@link io.codonloom.fusion.FusionNetwork} joins them and adds the last layer. Everything
 * with parameters is a layer and not a vertex, because Deeplearning4j's parameter counts and
 * learning rate setters see only layers.
 */
package io.codonloom.fusion;
