package io.codonloom.job.train;

import io.codonloom.bench.SparkBench;
import io.codonloom.bench.Workbench;
import io.codonloom.config.ClassWeights;
import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.embedding.Dtype;
import io.codonloom.fusion.FusionNetwork;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.Optimizer;
import io.codonloom.fusion.Target;
import io.codonloom.sequence.Modality;
import io.codonloom.store.EmbeddingShard;
import io.codonloom.store.ShardPlan;
import io.codonloom.training.BatchPlan;
import io.codonloom.workspace.ModalityColumns;
import io.codonloom.workspace.WholeFile;
import io.codonloom.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A training at the paper's widths up to its first step: genes are real, their vectors are random
 * numbers of the published models' widths.
 */
final class RandomStore {
  static final int BATCH = 32;

  private static final String STORE = "random";
  private static final TreeMap<Modality, Integer> DIMS =
      new TreeMap<>(Map.of(Modality.DNA, 512, Modality.RNA, 640, Modality.PROTEIN, 320));
  private static final FusionSettings NETWORK = FusionSettings.paper();

  private final SparkSession spark;
  private final Workspace workspace;
  private final String examples;
  private final Dataset<Row> table;
  private final TrainingRows rows;
  private final Map<Modality, List<String>> shards = new TreeMap<>();

  /** Prepares so many genes and writes a store for them. */
  RandomStore(SparkSession spark, Workbench workbench, Path folder, int genes) throws IOException {
    this.spark = spark;
    this.workspace =
        SparkBench.prepare(spark, SparkBench.genes(workbench.root(), genes, 340), folder);
    fill(folder);
    VectorSource source = new StoredVectors(spark, workspace, SparkBench.NAME, STORE);
    ExampleTable all = new ExampleTable(spark, workspace, SparkBench.NAME, SparkBench.NAME, source);
    var file = new org.apache.hadoop.fs.Path(workspace.run("bench"), "examples");
    all.write(all.rows(source.modalities()).usable(), file);
    examples = file.toString();
    table = spark.read().parquet(examples);
    rows = new TrainingRows(table, List.of(), ClassWeights.NONE);
    for (Modality modality : DIMS.keySet()) {
      shards.put(
          modality,
          new ArrayList<>(
              table
                  .select(ModalityColumns.shard(modality))
                  .distinct()
                  .orderBy(ModalityColumns.shard(modality))
                  .toJavaRDD()
                  .map(row -> row.getString(0))
                  .collect()));
    }
  }

  LossGuard guard() {
    Configuration conf = spark.sparkContext().hadoopConfiguration();
    return new LossGuard(new RunFolder(conf, workspace.run("bench"), ""), table);
  }

  ComputationGraph network() {
    ComputationGraph network =
        new ComputationGraph(
            FusionNetwork.configuration(
                NETWORK,
                DIMS,
                Target.REGRESSION,
                new Optimizer(Optimizer.Method.ADAM, 3e-5, 1e-5),
                1));
    network.init();
    return network;
  }

  BatchPlan plan() {
    return plan(Integer.MAX_VALUE);
  }

  /** With so many full batches at most. */
  BatchPlan plan(int batches) {
    int[] train = rows.of(TrainingRows.TRAIN).limit((long) batches * BATCH).toArray();
    return new BatchPlan(train, rows.codons(), BATCH);
  }

  /** Executors that know the training by another id open their files anew. */
  TrainingContext context(String id) {
    return new TrainingContext(
        new SerializableConfiguration(spark.sparkContext().hadoopConfiguration()),
        id,
        examples,
        rows.size(),
        workspace.embeddings(STORE).toString(),
        "bench",
        shards,
        DIMS,
        NETWORK,
        rows.target(),
        rows.scaling(),
        1);
  }

  /** Plans and writes a store of random vectors for every prepared sequence. */
  private void fill(Path folder) throws IOException {
    Configuration conf = spark.sparkContext().hadoopConfiguration();
    ShardPlan plan = new ShardPlan(spark, workspace.embeddings(STORE));
    plan.add(
        spark
            .read()
            .parquet(workspace.sequences().toString())
            .select("modality", "key", "n_codons")
            .distinct(),
        20_000);
    Map<String, List<Row>> shards = new HashMap<>();
    for (Row row : plan.inputs().orderBy("key").collectAsList()) {
      shards
          .computeIfAbsent(row.getString(0) + "/" + row.getString(3), s -> new ArrayList<>())
          .add(row);
    }
    SplittableRandom random = new SplittableRandom(1);
    for (List<Row> rows : shards.values()) {
      Modality modality = Modality.of(rows.get(0).getString(0));
      Path local = folder.resolve("shard.parquet");
      try (EmbeddingShard.Writer writer = EmbeddingShard.writer(local)) {
        for (Row row : rows) {
          writer.add(embedding(row.getString(1), row.getInt(2), DIMS.get(modality), random));
        }
      }
      WholeFile.publish(
          conf,
          local,
          EmbeddingShard.file(workspace.embeddings(STORE), modality, rows.get(0).getString(3)));
      Files.deleteIfExists(local);
    }
  }

  private static CodonEmbedding embedding(
      String key, int codons, int dim, SplittableRandom random) {
    float[] values = new float[codons * dim];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (2 * random.nextDouble() - 1);
    }
    return CodonEmbedding.of(key, 0, codons, dim, Dtype.FP16, values);
  }
}
