/**
 * Pretrained language models: from a checkpoint directory and a text to one vector per token.
 *
 * <p>A {@link io.codonloom.encoder.Checkpoint} is a directory in Hugging Face's layout
 * (config.json, model.safetensors, vocab.txt). The Nucleotide Transformer v2, RNA-FM and ESM-2 are
 * one kind of network, described by one {@link io.codonloom.encoder.Architecture}, so that one
 * {@link io.codonloom.encoder.Encoder} serves all three. Two engines compute it from the
 * memory-mapped weights, without Python and without a conversion step: {@code encoder.onnx} and
 * {@code encoder.torch}. They know this package and not each other; {@code encoder.engine} knows
 * both.
 */
package io.codonloom.encoder;
