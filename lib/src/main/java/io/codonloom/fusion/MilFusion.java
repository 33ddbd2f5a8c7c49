package io.codonloom.fusion;

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
final class MilFusion {
  private MilFusion() {}

  /**
   * Adds the fusion behind the inputs of those names.
   *
   * @param dims input name to features per codon
   * @return the vertex with the fused codons
   */
  static String addTo(GraphBuilder graph, FusionSettings settings, Map<String, Integer> dims) {
    List<String> means = new ArrayList<>();
    List<String> weighted = new ArrayList<>(List.of(FusionNetwork.ATTENTION));
    dims.forEach(
        (modality, dim) -> {
          String projection = "projection-" + modality;
          graph.addLayer(projection, new CodonProjection(dim, settings.width()), modality);
          graph.addVertex("mean-" + modality, new MaskedMean(), projection);
          means.add("mean-" + modality);
          weighted.add(projection);
        });
    graph.addVertex("means", new MergeVertex(), means.toArray(String[]::new));
    graph.addLayer(
        FusionNetwork.ATTENTION,
        new GatedAttention(
            List.copyOf(dims.keySet()),
            settings.width(),
            settings.gateUnits(),
            settings.temperatureMin(),
            settings.temperatureMax()),
        "means");
    graph.addVertex("fused", new WeightedSum(), weighted.toArray(String[]::new));
    graph.addLayer(
        FusionNetwork.ENTROPY,
        new LossLayer.Builder(new EntropyPenalty(settings.entropyWeight()))
            .activation(Activation.IDENTITY)
            .build(),
        FusionNetwork.ATTENTION);
    return "fused";
  }
}
