package io.codonloom.fusion.torch;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * What a fusion makes of the modalities.
 *
 * @param attention the modalities' weights {@code [batch, modalities]}, where a network tells them
 */
record Fused(MaskedCodons codons, Optional<Tensor> attention) {
  static Fused of(MaskedCodons codons) {
    return new Fused(codons, Optional.empty());
  }
}
