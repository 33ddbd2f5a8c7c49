package io.codonloom.job.embed;

import io.codonloom.SparkSessions;
import io.codonloom.config.EncoderConfig;
import io.codonloom.config.Encoding;
import io.codonloom.config.Encoding.Processor;
import io.codonloom.config.Store;
import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.embedding.Dtype;
import io.codonloom.encoder.EncoderOutput;
import io.codonloom.encoder.Precision;
import io.codonloom.sequence.CodingSequence;
import io.codonloom.sequence.EncoderInput;
import io.codonloom.sequence.GeneticCode;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.OverLong;
import io.codonloom.sequence.Rules;
import io.codonloom.store.EmbeddingShard;
import io.codonloom.store.ShardPlan;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableWriter;
import io.codonloom.workspace.Workspace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A workspace with a sequences table, and the store {@code s} by the tiny checkpoints. */
public final class EmbedFixture {
  private static final Path TEST_DATA = Path.of(System.getProperty("codonloom.root"), "test-data");

  private static final StructType SEQUENCES =
      new StructType()
          .add(TableColumns.SEQUENCE_ID, DataTypes.StringType, false)
          .add(TableColumns.KEY, DataTypes.StringType, false)
          .add(TableColumns.SEQUENCE, DataTypes.StringType, false)
          .add(TableColumns.N_CODONS, DataTypes.IntegerType, false);

  final SparkSession spark = SparkSessions.local();
  public final Configuration conf = spark.sparkContext().hadoopConfiguration();
  final Path folder;
  public final Workspace workspace;
  final Map<Modality, EncoderConfig> encoders = new TreeMap<>();
  private Store store = new Store("s", Dtype.FP16, 600);
  private Encoding encoding = Encoding.DEFAULT;
  private final Map<Modality, InputLimit> limits = new TreeMap<>();

  public EmbedFixture(Path folder) {
    this(folder, "file:");
  }

  public EmbedFixture(Path folder, String scheme) {
    this.folder = folder;
    this.workspace = new Workspace(scheme + folder);
    encoder(Modality.DNA, "nt-v2-tiny");
    encoder(Modality.RNA, "rna-fm-tiny");
    encoder(Modality.PROTEIN, "esm2-tiny");
  }

  /** Twenty whole E. coli genes of up to 150 codons. */
  public static List<String> genes() throws IOException {
    return Files.readAllLines(TEST_DATA.resolve("ecoli/ecoli_cds.csv")).stream()
        .skip(1)
        .map(line -> line.substring(line.lastIndexOf(',') + 1))
        .filter(gene -> gene.length() <= 450)
        .limit(20)
        .toList();
  }

  public static String checkpoint(String name) {
    return TEST_DATA.resolve("encoders").resolve(name).toUri().toString();
  }

  EmbedFixture encoder(Modality modality, String checkpoint) {
    encoders.put(
        modality,
        new EncoderConfig(checkpoint(checkpoint), OverLong.REJECT, 0, 0, EncoderOutput.HIDDEN, -1));
    return this;
  }

  EmbedFixture store(Store value) {
    store = value;
    return this;
  }

  public EmbedFixture encoding(Encoding value) {
    encoding = value;
    return this;
  }

  /** What the next datasets' sequences are cut to. */
  EmbedFixture limit(Modality modality, InputLimit limit) {
    limits.put(modality, limit);
    return this;
  }

  /** On a CPU with so much memory for one call. */
  EmbedFixture memoryMib(int mib) {
    return encoding(new Encoding(Processor.CPU, Precision.FP32, 1, 16384, mib));
  }

  /** Writes a dataset's partitions of the sequences table, in this order, in so many files. */
  public EmbedFixture dataset(String name, List<String> sequences, int files) {
    List<CodingSequence> codings =
        sequences.stream().map(s -> CodingSequence.of(s, GeneticCode.of(1))).toList();
    for (Modality modality : Modality.values()) {
      List<Row> rows = new ArrayList<>();
      for (CodingSequence coding : codings) {
        InputLimit limit = limits.getOrDefault(modality, InputLimit.NONE);
        EncoderInput input = EncoderInput.of(coding, modality, Rules.defaults(), limit);
        rows.add(RowFactory.create(coding.id(), input.key(), input.text(), input.codons()));
      }
      TableWriter.replace(
          spark.createDataFrame(rows, SEQUENCES).repartition(files),
          TableWriter.partition(
              TableWriter.partition(workspace.sequences(), "modality", modality.id()),
              "dataset",
              name));
    }
    return this;
  }

  /** The keys of a dataset's sequences, in the order of the sequences' ids. */
  List<String> keys(String dataset, Modality modality) {
    return spark
        .read()
        .parquet(workspace.sequences().toString())
        .where("dataset = '%s' and modality = '%s'".formatted(dataset, modality.id()))
        .orderBy(TableColumns.SEQUENCE_ID)
        .collectAsList()
        .stream()
        .map(row -> row.<String>getAs(TableColumns.KEY))
        .toList();
  }

  public Manifest embed(String... datasets) {
    return new EmbedJob(spark, workspace, encoders, store, encoding, Arrays.asList(datasets)).run();
  }

  static EmbedCounts counts(Manifest manifest, Modality modality) throws IOException {
    return Manifest.JSON.treeToValue(manifest.counts().path(modality.id()), EmbedCounts.class);
  }

  /** Every shard's bytes, by its path in the store. */
  Map<String, ByteBuffer> objects() throws IOException {
    Path root = folder.resolve("embeddings/s");
    Map<String, ByteBuffer> objects = new TreeMap<>();
    if (Files.notExists(root)) {
      return objects;
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.endsWith("data.parquet")).toList()) {
        objects.put(root.relativize(file).toString(), ByteBuffer.wrap(Files.readAllBytes(file)));
      }
    }
    return objects;
  }

  org.apache.hadoop.fs.Path storeFolder() {
    return workspace.embeddings("s");
  }

  /** A stored embedding, found by the plan. */
  CodonEmbedding embedding(Modality modality, String key) throws IOException {
    Row planned =
        new ShardPlan(spark, storeFolder())
            .inputs()
            .where("modality = '" + modality.id() + "' and key = '" + key + "'")
            .first();
    String shard = planned.getAs(ShardPlan.SHARD);
    return EmbeddingShard.read(conf, EmbeddingShard.file(storeFolder(), modality, shard)).get(key);
  }
}
