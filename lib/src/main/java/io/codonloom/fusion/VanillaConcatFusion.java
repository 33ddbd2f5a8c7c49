package io.codonloom.fusion;

import io.codonloom.fusion.layer.AlongTime;
import io.codonloom.fusion.layer.Codons;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;

/**
 * Every modality projected to one width, then one after the other along time, so that nothing says
 * which of their vectors belong to one codon: an ablation of BioLangFusion.
 */
record VanillaConcatFusion(int width) implements FusionPart {
  @Override
  public Codons addTo(GraphBuilder graph, Map<String, Codons> modalities) {
    return AlongTime.addTo(graph, "fused", Projections.addTo(graph, modalities, width).values());
  }
}
