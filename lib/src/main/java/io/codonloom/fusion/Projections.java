package io.codonloom.fusion;

import io.codonloom.fusion.layer.CodonLinear;
import io.codonloom.fusion.layer.Codons;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;

/** H_m = tanh(E_m·W_m + b_m) of every modality (BioLangFusion, section 2.3). */
final class Projections {
  private Projections() {}

  /** Adds one projection for each modality, to one width. */
  static Map<String, Codons> addTo(GraphBuilder graph, Map<String, Codons> modalities, int width) {
    Map<String, Codons> projected = new LinkedHashMap<>();
    modalities.forEach(
        (modality, codons) -> {
          String name = "projection-" + modality;
          graph.addLayer(
              name, CodonLinear.of(codons, width, CodonLinear.Activation.TANH), codons.vertex());
          projected.put(modality, Codons.learned(name, width));
        });
    return projected;
  }
}
