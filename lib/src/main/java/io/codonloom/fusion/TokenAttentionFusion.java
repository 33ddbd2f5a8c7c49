package io.codonloom.fusion;

import io.codonloom.fusion.layer.CodonConcat;
import io.codonloom.fusion.layer.CodonWeightedSum;
import io.codonloom.fusion.layer.Codons;
import io.codonloom.fusion.layer.GatedAttention;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;

/**
 * As {@link MilFusion}, but every codon has weights of its own, from its own vectors instead of
 * their means, and there is no entropy term: an ablation of BioLangFusion.
 */
record TokenAttentionFusion(FusionSettings.TokenAttention settings, int width)
    implements FusionPart {
  @Override
  public Codons addTo(GraphBuilder graph, Map<String, Codons> modalities) {
    Map<String, Codons> projected = Projections.addTo(graph, modalities, width);
    graph.addLayer(
        FusionNetwork.ATTENTION,
        new GatedAttention(List.copyOf(modalities.keySet()), width, settings.gates()),
        CodonConcat.addTo(graph, projected).vertex());
    List<String> weighted = new ArrayList<>(List.of(FusionNetwork.ATTENTION));
    projected.values().forEach(codons -> weighted.add(codons.vertex()));
    graph.addVertex("fused", new CodonWeightedSum(), weighted.toArray(String[]::new));
    return Codons.learned("fused", width);
  }
}
