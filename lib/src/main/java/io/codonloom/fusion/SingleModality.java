package io.codonloom.fusion;

import io.codonloom.fusion.layer.Codons;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;

/** One modality's vectors as they are: the baseline of the papers. */
final class SingleModality implements FusionPart {
  @Override
  public Codons addTo(GraphBuilder graph, Map<String, Codons> modalities) {
    return modalities.values().iterator().next();
  }
}
