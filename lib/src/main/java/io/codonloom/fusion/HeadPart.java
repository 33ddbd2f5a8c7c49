package io.codonloom.fusion;

import io.codonloom.fusion.layer.Codons;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;

/** The part of a network between the fused codons and the dropout before its last layer. */
interface HeadPart {
  /** Adds the head behind the fused codons and returns its features. */
  Pooled addTo(GraphBuilder graph, Codons fused);
}
