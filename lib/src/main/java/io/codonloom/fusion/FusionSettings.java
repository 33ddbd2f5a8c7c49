package io.codonloom.fusion;

import java.io.Serializable;
import java.util.List;

/**
 * The shape of a network. The paper's values (BioLangFusion, arXiv 2506.08936) are those of {@link
 * #paper()}.
 *
 * @param fusion how modalities are joined
 * @param width features per codon after projection
 * @param gateUnits units of the attention's gates
 * @param entropyWeight λ: the loss gets λ times the mean entropy of the attention weights, so that
 *     a positive λ sharpens them and a negative one spreads them
 * @param temperatureMin lower clamp of the learned temperature τ
 * @param temperatureMax upper clamp of it
 * @param head what follows the fused codons
 * @param channels convolution channels of each kernel
 * @param kernels window lengths in codons, each once
 * @param dropout the share of features set to 0 before the last linear layer while training
 */
public record FusionSettings(
    Fusion fusion,
    int width,
    int gateUnits,
    double entropyWeight,
    double temperatureMin,
    double temperatureMax,
    Head head,
    int channels,
    List<Integer> kernels,
    double dropout)
    implements Serializable {

  public FusionSettings {
    atLeastOne("width", width);
    atLeastOne("gate-units", gateUnits);
    atLeastOne("channels", channels);
    if (!Double.isFinite(entropyWeight)) {
      throw new IllegalArgumentException("entropy-weight must be finite, was " + entropyWeight);
    }
    if (!(temperatureMin > 0) || !(temperatureMin <= 1) || !(temperatureMax >= 1)) {
      throw new IllegalArgumentException(
          "temperature-min must be in (0, 1] and temperature-max at least 1, were "
              + temperatureMin
              + " and "
              + temperatureMax);
    }
    kernels = kernels.stream().sorted().toList();
    if (kernels.isEmpty()
        || kernels.get(0) < 1
        || kernels.stream().distinct().count() < kernels.size()) {
      throw new IllegalArgumentException(
          "kernels must be distinct window lengths of at least 1, were " + kernels);
    }
    if (!(dropout >= 0) || !(dropout < 1)) {
      throw new IllegalArgumentException("dropout must be in [0, 1), was " + dropout);
    }
  }

  /** MIL with entropy weight 0.01 and 100 channels. */
  public static FusionSettings paper() {
    return new FusionSettings(
        Fusion.MIL, 600, 100, 0.01, 0.02, 20, Head.TEXT_CNN, 100, List.of(3, 4, 5), 0.2);
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, was " + value);
    }
  }
}
