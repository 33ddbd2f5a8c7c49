package io.codonloom.fusion;

import io.codonloom.fusion.layer.Codons;
import io.codonloom.fusion.layer.EntropyPenalty;
import io.codonloom.fusion.layer.GatedAttention;
import io.codonloom.fusion.layer.MaskedMean;
import io.codonloom.fusion.layer.WeightedSum;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.nd4j.linalg.activations.Activation;

/**
 * Each modality projected to one width, one attention weight for each modality of an example, and
 * the weighted sum at every codon, with a penalty on the weights' entropy (BioLangFusion, section
 * 2.3).
 */
record MilFusion(FusionSettings.Mil settings, int width) implements FusionPart {
  @Override
  public Codons addTo(GraphBuilder graph, Map<String, Codons> modalities) {
    List<String> means = new ArrayList<>();
    List<String> weighted = new ArrayList<>(List.of(FusionNetwork.ATTENTION));
    Projections.addTo(graph, modalities, width)
        .forEach(
            (modality, projected) -> {
              String mean = "mean-" + modality;
              graph.addVertex(mean, new MaskedMean(), projected.vertex());
              means.add(mean);
              weighted.add(projected.vertex());
            });
    graph.addVertex("means", new MergeVertex(), means.toArray(String[]::new));
    graph.addLayer(
        FusionNetwork.ATTENTION,
        new GatedAttention(List.copyOf(modalities.keySet()), width, settings.gates()),
        "means");
    graph.addVertex("fused", new WeightedSum(), weighted.toArray(String[]::new));
    graph.addLayer(
        FusionNetwork.ENTROPY,
        new LossLayer.Builder(new EntropyPenalty(settings.entropyWeight()))
            .activation(Activation.IDENTITY)
            .build(),
        FusionNetwork.ATTENTION);
    return Codons.learned("fused", width);
  }
}
