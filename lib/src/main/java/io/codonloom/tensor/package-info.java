/** Tensors in safetensors files, and the two half precisions. */
package io.codonloom.tensor;
