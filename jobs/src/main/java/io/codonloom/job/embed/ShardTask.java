package io.codonloom.job.embed;

import io.codonloom.UserException;
import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.table.EmbeddingShard;
import io.codonloom.table.WholeFile;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/**
 * Computes one shard: the task's partition holds its inputs, (key, text). The object is written
 * whole under its final name, or not at all; where it is there already nothing is computed.
 */
final class ShardTask implements FlatMapFunction<Iterator<Tuple2<String, String>>, ShardTask.Done> {
  private static final long serialVersionUID = 1L;

  private final EncoderSpec spec;
  private final String store;
  private final List<String> shards;
  private final Broadcast<SerializableConfiguration> conf;
  private final LongAccumulator codonsDone;

  /**
   * What a task did.
   *
   * @param shard the shard
   * @param codons how many codons have a vector now
   * @param bytes the object's size
   * @param problem what is wrong with the user's input; empty if the shard was written
   */
  record Done(String shard, long codons, long bytes, String problem) implements Serializable {}

  /**
   * @param shards the shard of each partition
   * @param codonsDone counts for the progress line
   */
  ShardTask(
      EncoderSpec spec,
      Path store,
      List<String> shards,
      Broadcast<SerializableConfiguration> conf,
      LongAccumulator codonsDone) {
    this.spec = spec;
    this.store = store.toString();
    this.shards = shards;
    this.conf = conf;
    this.codonsDone = codonsDone;
  }

  @Override
  public Iterator<Done> call(Iterator<Tuple2<String, String>> inputs) throws IOException {
    String shard = shards.get(TaskContext.getPartitionId());
    Configuration hadoop = conf.value().value();
    Path file = EmbeddingShard.file(new Path(store), spec.modality(), shard);
    FileSystem fs = file.getFileSystem(hadoop);
    Map<String, String> texts = new TreeMap<>();
    inputs.forEachRemaining(input -> texts.put(input._1(), input._2()));
    try {
      long codons = fs.exists(file) ? 0 : write(hadoop, file, texts);
      return List.of(new Done(shard, codons, fs.getFileStatus(file).getLen(), "")).iterator();
    } catch (UserException e) {
      return List.of(new Done(shard, 0, 0, e.getMessage())).iterator();
    }
  }

  private long write(Configuration hadoop, Path file, Map<String, String> texts)
      throws IOException {
    java.nio.file.Path folder = Files.createTempDirectory("codonloom-shard-");
    try (EncoderSessions.Lease lease = EncoderSessions.lease(spec, hadoop)) {
      java.nio.file.Path local = folder.resolve("data.parquet");
      long codons = 0;
      try (EmbeddingShard.Writer writer = EmbeddingShard.writer(local)) {
        for (Map.Entry<String, String> input : texts.entrySet()) {
          CodonEmbedding embedding = lease.encoder().encode(input.getKey(), input.getValue());
          writer.add(embedding);
          codons += embedding.codons();
        }
      }
      WholeFile.publish(hadoop, local, file);
      codonsDone.add(codons);
      return codons;
    } finally {
      CheckpointFiles.delete(folder);
    }
  }
}
