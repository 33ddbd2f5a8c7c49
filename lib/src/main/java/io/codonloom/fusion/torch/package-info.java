/**
 * The networks of {@code fusion} in libtorch, beside those of Deeplearning4j: the same settings,
 * the same named parameters in the same flat vector, the same masks and the same dropout, on
 * processors or a GPU. Gradients come from libtorch's autograd.
 *
 * <p>Everything with a codon axis is {@code [batch, codons, features]}, 0 outside its mask. Masks
 * are made on the host, since indices and lengths follow from them and a GPU need not be waited
 * for.
 *
 * <p>Tensors lie outside the heap. What a step makes is freed at its end by the {@code
 * PointerScope} around it; what stays is freed by {@code close}.
 */
package io.codonloom.fusion.torch;
