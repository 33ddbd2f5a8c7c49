package io.codonloom.job.train;

import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.Target;
import io.codonloom.model.BatchAssembler;
import io.codonloom.model.LabelScaling;
import io.codonloom.sequence.Modality;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.util.SerializableConfiguration;

/**
 * What an executor must know of a training to load batches and build the network.
 *
 * @param id of this training in this Spark application
 * @param examples the table of its rows
 * @param rows how many it has
 * @param store the embeddings; empty where the network reads letters
 * @param storeId what names the store's files on a machine: its content's fingerprint
 * @param shards the names of all shards that occur, sorted; none without a store
 * @param dims features per codon
 * @param target what is predicted
 */
record TrainingContext(
    SerializableConfiguration hadoop,
    String id,
    String examples,
    int rows,
    String store,
    String storeId,
    Map<Modality, List<String>> shards,
    TreeMap<Modality, Integer> dims,
    FusionSettings network,
    Target target,
    LabelScaling scaling,
    long seed)
    implements Serializable {

  Configuration conf() {
    return hadoop.value();
  }

  BatchAssembler assembler() {
    return new BatchAssembler(network, dims, target, scaling, seed);
  }
}
