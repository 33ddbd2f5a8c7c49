package io.codonloom.fusion.torch;

import io.codonloom.fusion.FusionNetwork;
import io.codonloom.fusion.FusionSettings;
import java.util.Map;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * One weight for each modality: s_m = wᵀ(tanh(V_m h_m) ⊙ σ(U_m h_m)), α = softmax(s / τ) with τ
 * learned and clamped.
 */
final class GatedAttention {
  private static final String LAYER = FusionNetwork.ATTENTION;

  private GatedAttention() {}

  /** From vectors {@code [n, width]} of each modality to weights {@code [n, modalities]}. */
  static Tensor weights(Pass pass, FusionSettings.Gates gates, Map<String, Tensor> vectors) {
    TensorVector scores = new TensorVector();
    vectors.forEach(
        (modality, some) -> {
          String owner = gates.shared() ? "" : "-" + modality;
          Tensor value = torch.tanh(some.mm(pass.parameters().get(LAYER, "V" + owner)));
          Tensor open = torch.sigmoid(some.mm(pass.parameters().get(LAYER, "U" + owner)));
          scores.push_back(value.mul(open).mm(pass.parameters().get(LAYER, "w")));
        });
    Tensor temperature =
        pass.parameters()
            .get(LAYER, "temperature")
            .clamp(
                new ScalarOptional(Tensors.scalar(gates.temperatureMin())),
                new ScalarOptional(Tensors.scalar(gates.temperatureMax())));
    return torch.softmax(torch.cat(scores, 1).div(temperature), 1);
  }
}
