package io.codonloom.fusion;

import io.codonloom.fusion.layer.Codons;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;

/** The part of a network between the modalities and the fused codons. */
interface FusionPart {
  /**
   * Adds the fusion to a graph.
   *
   * @param modalities by their ids, in the network's order
   * @return the fused codons
   */
  Codons addTo(GraphBuilder graph, Map<String, Codons> modalities);
}
