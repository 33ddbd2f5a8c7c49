/**
 * Pretrained language models: from a checkpoint directory and a text to one vector per token.
 *
 * <p>A {@link io.codonloom.encoder.Checkpoint} is a directory in Hugging Face's layout
 * (config.json, model.safetensors, vocab.txt). {@link io.codonloom.encoder.Encoder} writes the
 * model as an ONNX graph over the memory-mapped weights and runs it in ONNX Runtime: no Python and
 * no conversion step. The Nucleotide Transformer v2, RNA-FM and ESM-2 are one kind of network, so
 * one generator serves all three.
 */
package io.codonloom.encoder;
