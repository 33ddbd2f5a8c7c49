package io.codonloom.job.train;

import static io.codonloom.config.ClassWeights.NONE;
import static io.codonloom.fusion.Optimizer.Method.ADAM;

import io.codonloom.config.Columns;
import io.codonloom.config.Dataset;
import io.codonloom.config.Datasets;
import io.codonloom.config.InputFormat;
import io.codonloom.config.LabelOrigin;
import io.codonloom.config.Task;
import io.codonloom.config.Training;
import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.embedding.Dtype;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.NetworkShape;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.Rules;
import io.codonloom.store.EmbeddingShard;
import io.codonloom.store.ShardPlan;
import io.codonloom.store.StoreIdentity;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableWriter;
import io.codonloom.workspace.WholeFile;
import io.codonloom.workspace.Workspace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32C;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.JavaConverters;

/**
 * A workspace whose labels can be learned: each sequence has random vectors with a shift in one
 * feature, and the shift, scaled, is its label. Some sequences are measured twice; RNA is cut
 * short.
 */
final class TrainFixture {
  static final double MEAN = 40;
  static final double DEVIATION = 7;

  static final List<String> CLASSES = List.of("low", "middle", "high, very");

  final SparkSession spark;
  final Workspace workspace;
  private final int sequences;
  private Map<Modality, Integer> dims =
      Map.of(Modality.DNA, 6, Modality.RNA, 5, Modality.PROTEIN, 4);
  private int fewestCodons = 1;
  private int poisoned = -1;
  private boolean classes;

  TrainFixture(SparkSession spark, Path folder, int sequences) {
    this.spark = spark;
    this.workspace = new Workspace(new org.apache.hadoop.fs.Path(folder.toUri()).toString());
    this.sequences = sequences;
  }

  static Training training(String run, int workers, int epochs) {
    return new Training(
        run, "random", 5, 8, workers, 3, epochs, 50, 5, 0.5, ADAM, 5e-3, 1e-5, false, 50, NONE);
  }

  static FusionSettings network() {
    return new NetworkShape()
        .width(16)
        .gateUnits(8)
        .entropyWeight(0.01)
        .textCnn(8, 3, 4, 5)
        .dropout(0.1)
        .build();
  }

  static Dataset dataset() {
    return dataset(Task.REGRESSION, List.of());
  }

  private static Dataset dataset(Task task, List<String> covariates) {
    Columns columns = Datasets.columns("label", Optional.empty(), covariates);
    return Datasets.of(
        "d",
        "none.csv",
        InputFormat.CSV,
        columns,
        1,
        "stability",
        LabelOrigin.COMPUTED,
        task,
        task == Task.REGRESSION ? List.of() : CLASSES);
  }

  /** The dataset of a fixture {@link #withClasses}. */
  static Dataset classification() {
    return dataset(Task.CLASSIFICATION, List.of("species", "cell"));
  }

  /**
   * Widths as those of published models, and so many codons or up to 29 more; before {@link
   * #write}.
   */
  TrainFixture large(int codons) {
    dims = Map.of(Modality.DNA, 512, Modality.RNA, 640, Modality.PROTEIN, 320);
    fewestCodons = codons;
    return this;
  }

  /** Gives that sequence infinite numbers, which no encoder stores; before {@link #write}. */
  TrainFixture poison(int sequence) {
    poisoned = sequence;
    return this;
  }

  /** Makes classes of the labels: about a tenth low, the others middle or high; before writing. */
  TrainFixture withClasses() {
    classes = true;
    return this;
  }

  TrainJob job(Training training) {
    return job(training, network());
  }

  TrainJob job(Training training, FusionSettings network) {
    return new TrainJob(
        spark, workspace, classes ? classification() : dataset(), "s", training, network);
  }

  /** A job that may replace a finished run. */
  TrainJob replacing(Training training) {
    return new TrainJob(spark, workspace, dataset(), "s", training, network(), true);
  }

  TrainFixture write() throws IOException {
    Random random = new Random(17);
    List<Row> labels = new ArrayList<>();
    List<Row> parts = new ArrayList<>();
    Map<Modality, List<Row>> keys = new HashMap<>();
    List<Row> plan = new ArrayList<>();
    Map<String, EmbeddingShard.Writer> shards = new HashMap<>();
    Path local = Files.createTempDirectory("shards");
    for (int i = 0; i < sequences; i++) {
      String sequence = "%032x".formatted(i);
      double shift = random.nextGaussian();
      int codons = fewestCodons + random.nextInt(30);
      for (int copy = 0; copy < (i % 10 == 0 ? 2 : 1); copy++) {
        String id = "row-" + i + "-" + copy;
        double label = MEAN + DEVIATION * shift + 0.1 * copy;
        labels.add(
            RowFactory.create(
                id,
                sequence,
                classes ? (shift < -1.2 ? 0 : shift < 0.2 ? 1 : 2.0) : label,
                JavaConverters.mapAsScalaMap(
                    i % 3 == 0
                        ? Map.of("species", "yeast")
                        : Map.of("species", "human", "cell", i < 9 ? "rare" : "common"))));
        parts.add(
            RowFactory.create(
                id, i % 5 == 3 ? "val" : i % 5 == 4 ? "test" : "train", sequence, null));
      }
      for (Modality modality : Modality.values()) {
        String key =
            "%s%031x"
                .formatted(modality.id().substring(0, 1).replace('r', 'a').replace('p', 'b'), i);
        int covered = modality == Modality.RNA ? Math.min(codons, fewestCodons + 19) : codons;
        String shard = "g0001-b05-000" + i % 2;
        keys.computeIfAbsent(modality, m -> new ArrayList<>())
            .add(RowFactory.create(sequence, key, covered));
        plan.add(RowFactory.create(modality.id(), key, covered, shard));
        String file = modality.id() + "." + shard;
        if (!shards.containsKey(file)) {
          shards.put(file, EmbeddingShard.writer(local.resolve(file)));
        }
        shards
            .get(file)
            .add(
                i == poisoned
                    ? infinite(key, covered, modality)
                    : embedding(key, covered, modality, shift, random));
      }
    }
    TableWriter.replace(
        spark.createDataFrame(
            labels,
            schema("row_id", "sequence_id")
                .add("label", "double")
                .add("covariates", "map<string,string>")),
        TableWriter.partition(workspace.labels(), TableColumns.DATASET, "d"));
    TableWriter.replace(
        spark.createDataFrame(parts, schema("row_id", "part", "unit").add("nearest", "double")),
        TableWriter.partition(
            TableWriter.partition(workspace.splits(), TableColumns.DATASET, "d"),
            "split",
            "random"));
    for (Modality modality : Modality.values()) {
      TableWriter.replace(
          spark.createDataFrame(
              keys.get(modality),
              schema("sequence_id", "key").add("n_codons", DataTypes.IntegerType)),
          TableWriter.partition(
              TableWriter.partition(workspace.sequences(), TableColumns.MODALITY, modality.id()),
              TableColumns.DATASET,
              "d"));
    }
    for (EmbeddingShard.Writer shard : shards.values()) {
      shard.close();
    }
    writeStore(plan, local, shards.keySet());
    manifest("prepare", "d").write(conf(), workspace.prepareManifest("d"));
    manifest("embed", "s").write(conf(), workspace.embedManifest("s"));
    return this;
  }

  private static StructType schema(String... names) {
    StructType schema = new StructType();
    for (String name : names) {
      schema = schema.add(name, DataTypes.StringType);
    }
    return schema;
  }

  private CodonEmbedding embedding(
      String key, int codons, Modality modality, double shift, Random random) {
    int dim = dims.get(modality);
    float[] values = new float[codons * dim];
    for (int i = 0; i < values.length; i++) {
      double signal = i % dim == 0 && modality != Modality.RNA ? shift : 0;
      values[i] = (float) (0.3 * random.nextGaussian() + signal);
    }
    return CodonEmbedding.of(key, 0, codons, dim, Dtype.FP16, values);
  }

  private CodonEmbedding infinite(String key, int codons, Modality modality) {
    int dim = dims.get(modality);
    ByteBuffer bytes = ByteBuffer.allocate(2 * codons * dim).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      bytes.putShort((short) 0x7c00);
    }
    CRC32C checksum = new CRC32C();
    checksum.update(bytes.array());
    return new CodonEmbedding(key, 0, codons, dim, Dtype.FP16, bytes.array(), checksum.getValue());
  }

  private void writeStore(List<Row> plan, Path local, Set<String> shards) throws IOException {
    org.apache.hadoop.fs.Path store = workspace.embeddings("s");
    TableWriter.replace(
        spark.createDataFrame(
            plan,
            schema("modality", "key")
                .add("n_codons", DataTypes.IntegerType)
                .add(ShardPlan.SHARD, DataTypes.StringType)),
        new org.apache.hadoop.fs.Path(ShardPlan.folder(store), "generation=0001"));
    WholeFile.writeText(
        conf(),
        new org.apache.hadoop.fs.Path(ShardPlan.folder(store), "generation=0001/_SUCCESS"),
        "");
    WholeFile.writeText(
        conf(),
        StoreIdentity.file(store),
        "{\"dna\":{\"weights\":\"abc\"},\"rna\":{\"weights\":\"def\"}}");
    for (String shard : shards) {
      String[] names = shard.split("\\.", -1);
      WholeFile.publish(
          conf(),
          local.resolve(shard),
          EmbeddingShard.file(store, Modality.of(names[0]), names[1]));
    }
  }

  private Manifest manifest(String stage, String name) {
    return Manifest.of(
        stage,
        name,
        "fp-" + stage,
        Instant.now(),
        Map.of(),
        Map.of(
            "dataset",
            classes ? classification() : dataset(),
            "rules",
            Rules.defaults(),
            "limits",
            Map.of(),
            "splits",
            List.of(Map.of("name", "random", "by", "SEQUENCE"))),
        Map.of(),
        Map.of());
  }

  Configuration conf() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
