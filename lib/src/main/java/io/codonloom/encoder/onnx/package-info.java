/**
 * Encoders in ONNX Runtime: an {@link io.codonloom.encoder.Architecture} as an ONNX graph over the
 * memory-mapped weights.
 */
package io.codonloom.encoder.onnx;
