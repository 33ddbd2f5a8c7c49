package io.codonloom.fusion.torch;

import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.FusionSettings.Concat.Projection;
import io.codonloom.sequence.Modality;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The fusions, with the layers' names of {@code fusion}'s own; what each is for is said there.
 *
 * @param modalities by their ids, in the network's order
 */
record Fusions(FusionSettings settings, Pass pass, Map<String, MaskedCodons> modalities) {
  Fused fuse() {
    return switch (settings.fusion()) {
      case NONE -> Fused.of(modalities.values().iterator().next());
      case CONCAT -> Fused.of(concat());
      case MIL -> mil();
      case TOKEN_ATTENTION -> Fused.of(tokenAttention());
      case CROSS_ATTENTION -> Fused.of(crossAttention());
      case VANILLA_CONCAT -> Fused.of(AlongTime.of(pass, projected().values()));
    };
  }

  private Map<String, MaskedCodons> projected() {
    Map<String, MaskedCodons> projected = new LinkedHashMap<>();
    modalities.forEach((id, codons) -> projected.put(id, pass.tanh("projection-" + id, codons)));
    return projected;
  }

  private MaskedCodons concat() {
    if (settings.concat().projection() == Projection.ALL) {
      return pass.linear("projection", pass.sideBySide(projected().values()));
    }
    Map<String, MaskedCodons> parts = new LinkedHashMap<>(modalities);
    parts.computeIfPresent(
        Modality.DNA.id(),
        (id, dna) -> pass.linear("projection-dna", pass.relu("hidden-dna", dna)));
    return pass.sideBySide(parts.values());
  }

  private Fused mil() {
    Map<String, MaskedCodons> projected = projected();
    Map<String, Tensor> means = new LinkedHashMap<>();
    projected.forEach((id, codons) -> means.put(id, pass.mean(codons)));
    Tensor weights = GatedAttention.weights(pass, settings.mil().gates(), means);
    return new Fused(weighted(projected, weights.unsqueeze(1)), Optional.of(weights));
  }

  private MaskedCodons tokenAttention() {
    Map<String, MaskedCodons> projected = projected();
    Map<String, Tensor> rows = new LinkedHashMap<>();
    projected.forEach((id, codons) -> rows.put(id, codons.rows()));
    Tensor weights = GatedAttention.weights(pass, settings.tokenAttention().gates(), rows);
    MaskedCodons any = projected.values().iterator().next();
    return weighted(projected, weights.view(any.batch(), any.codons(), projected.size()));
  }

  /**
   * Σ α_m H_m at every codon.
   *
   * @param weights {@code [batch, codons or 1, modalities]}
   */
  private static MaskedCodons weighted(Map<String, MaskedCodons> projected, Tensor weights) {
    List<Mask> masks = new ArrayList<>();
    Tensor sum = null;
    for (MaskedCodons codons : projected.values()) {
      Tensor term = codons.values().mul(weights.narrow(2, masks.size(), 1));
      sum = sum == null ? term : sum.add(term);
      masks.add(codons.mask());
    }
    return new MaskedCodons(sum, Mask.union(masks));
  }

  private MaskedCodons crossAttention() {
    Map<String, MaskedCodons> projected = projected();
    MaskedCodons context = AlongTime.of(pass, projected.values());
    Map<String, MaskedCodons> attended = new LinkedHashMap<>();
    projected.forEach((id, codons) -> attended.put(id, attend(id, codons, context)));
    MaskedCodons joined = pass.linear("joined", pass.sideBySide(attended.values()));
    Tensor sum = joined.values();
    for (MaskedCodons codons : projected.values()) {
      sum = torch.add(sum, codons.values(), Tensors.scalar(1.0 / projected.size()));
    }
    return pass.layerNorm("fused", new MaskedCodons(sum, joined.mask()));
  }

  private MaskedCodons attend(String id, MaskedCodons codons, MaskedCodons context) {
    FusionSettings.CrossAttention attention = settings.crossAttention();
    MaskedCodons heads =
        new MultiHeadAttention(attention.heads(), attention.dropout())
            .of(
                pass,
                "attention-" + id,
                pass.linear("query-" + id, codons),
                pass.unbiased("key-" + id, context),
                pass.linear("value-" + id, context));
    Tensor residual = codons.values().add(pass.linear("found-" + id, heads).values());
    return pass.layerNorm("norm-" + id, new MaskedCodons(residual, codons.mask()));
  }
}
