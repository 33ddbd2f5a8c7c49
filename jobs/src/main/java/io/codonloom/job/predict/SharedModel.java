package io.codonloom.job.predict;

import io.codonloom.fusion.FusionNetwork;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.Target;
import io.codonloom.model.BatchAssembler;
import io.codonloom.model.LabelScaling;
import io.codonloom.model.ModelDescription;
import io.codonloom.sequence.Modality;
import java.io.Serializable;
import java.util.TreeMap;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** A model as the executors get it: what its network is built from, and its parameters. */
record SharedModel(
    FusionSettings network,
    TreeMap<Modality, Integer> dims,
    Target target,
    LabelScaling scaling,
    Broadcast<float[]> parameters)
    implements Serializable {

  static SharedModel of(ModelDescription description, Broadcast<float[]> parameters) {
    return new SharedModel(
        description.network(),
        new TreeMap<>(description.dims()),
        description.target(),
        description.scaling(),
        parameters);
  }

  ComputationGraph open() {
    return FusionNetwork.of(network, dims, target, parameters.value());
  }

  BatchAssembler assembler() {
    return new BatchAssembler(network, dims, target, scaling, 1);
  }
}
