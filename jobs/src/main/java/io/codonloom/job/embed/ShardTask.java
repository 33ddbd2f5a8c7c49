package io.codonloom.job.embed;

import io.codonloom.config.Encoding;
import io.codonloom.embedding.KeyedText;
import io.codonloom.encoding.BatchEncoder;
import io.codonloom.encoding.CheckpointFiles;
import io.codonloom.encoding.EncoderSpec;
import io.codonloom.encoding.OpenEncoders;
import io.codonloom.store.EmbeddingShard;
import io.codonloom.store.Quarantine;
import io.codonloom.workspace.CodeVersion;
import io.codonloom.workspace.WholeFile;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
 * whole under its final name, or not at all; where it is there already nothing is computed. Its
 * rows are in the order of the keys. Inputs that cannot be encoded are left out and go into the
 * store's quarantine. Where the encoder cannot be loaded the task fails, so that Spark gives the
 * shard to another executor.
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
   * @param computed whether it was written now; else it was there
   * @param codons how many codons have a vector now
   * @param bytes the object's size
   */
  record Done(String shard, boolean computed, long codons, long bytes) implements Serializable {}

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
    if (fs.exists(file)) {
      return done(shard, false, 0, fs.getFileStatus(file).getLen());
    }
    List<KeyedText> texts = new ArrayList<>();
    inputs.forEachRemaining(input -> texts.add(new KeyedText(input._1(), input._2())));
    texts.sort(Comparator.comparing(KeyedText::key));
    try (OpenEncoders.Lease lease = OpenEncoders.lease(spec, hadoop)) {
      long codons = write(hadoop, shard, file, texts, lease.batches());
      codonsDone.add(codons);
      return done(shard, true, codons, fs.getFileStatus(file).getLen());
    }
  }

  private static Iterator<Done> done(String shard, boolean computed, long codons, long bytes) {
    return List.of(new Done(shard, computed, codons, bytes)).iterator();
  }

  private long write(
      Configuration hadoop, String shard, Path file, List<KeyedText> texts, BatchEncoder encoder)
      throws IOException {
    java.nio.file.Path folder = Files.createTempDirectory("codonloom-shard-");
    try {
      java.nio.file.Path local = folder.resolve("data.parquet");
      long[] codons = {0};
      Map<KeyedText, String> setAside;
      try (EmbeddingShard.Writer writer = EmbeddingShard.writer(local)) {
        setAside =
            encoder.encode(
                texts,
                embedding -> {
                  writer.add(embedding);
                  codons[0] += embedding.codons();
                });
      }
      Quarantine.write(hadoop, new Path(store), spec.modality(), shard, entries(shard, setAside));
      WholeFile.publish(hadoop, local, file);
      return codons[0];
    } finally {
      CheckpointFiles.delete(folder);
    }
  }

  private List<Quarantine.Entry> entries(String shard, Map<KeyedText, String> setAside) {
    int nucleotides = spec.modality().nucleotidesPerCharacter();
    return setAside.entrySet().stream()
        .map(
            input ->
                new Quarantine.Entry(
                    spec.modality().id(),
                    shard,
                    input.getKey().key(),
                    input.getKey().text().length() * nucleotides / 3,
                    input.getValue(),
                    triedWith(spec.encoding())))
        .toList();
  }

  /** What decides, beside the input and the store's identity, whether an input can be encoded. */
  static String triedWith(Encoding encoding) {
    return String.format(
        Locale.ROOT,
        "device %s, memory-mib %d, codonloom %s",
        encoding.device().name().toLowerCase(Locale.ROOT),
        encoding.memoryMib(),
        CodeVersion.current());
  }
}
