package io.codonloom.fusion.torch;

import io.codonloom.fusion.FusionSettings;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The heads, from the fused codons to features {@code [batch, n]}. */
record Heads(FusionSettings settings, Pass pass) {
  Tensor features(MaskedCodons fused) {
    return switch (settings.head()) {
      case TEXT_CNN -> textCnn(fused);
      case MLP -> torch.relu(pass.linear("hidden", pass.mean(fused)));
      case LSTM -> largest(new Recurrence(settings.lstm().units()).of(pass, fused));
    };
  }

  private Tensor textCnn(MaskedCodons fused) {
    FusionSettings.TextCnn textCnn = settings.textCnn();
    MaskedCodons codons = textCnn.projection() > 0 ? pass.linear("head-projection", fused) : fused;
    return WindowMaxima.of(pass, textCnn.kernels(), textCnn.channels(), codons);
  }

  /** Every feature's largest value up to an example's last codon. */
  private Tensor largest(MaskedCodons codons) {
    Tensor inside =
        codons.mask().isFull()
            ? codons.values()
            : codons.values().add(codons.mask().windows(1, codons.mask().codons(), pass.options()));
    return torch.max(inside, 1).get0();
  }
}
