package io.codonloom.job.train;

import io.codonloom.bench.Benchmark;
import io.codonloom.bench.Clock;
import io.codonloom.bench.Goals;
import io.codonloom.bench.SparkBench;
import io.codonloom.bench.Workbench;
import io.codonloom.cli.TextTable;
import io.codonloom.config.ClassWeights;
import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.embedding.Dtype;
import io.codonloom.fusion.FusionNetwork;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.Optimizer;
import io.codonloom.fusion.Target;
import io.codonloom.sequence.Modality;
import io.codonloom.table.EmbeddingShard;
import io.codonloom.table.ShardPlan;
import io.codonloom.table.WholeFile;
import io.codonloom.table.Workspace;
import io.codonloom.training.BatchPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * How much of a training step is waiting for the loader, at the paper's widths: in an epoch in
 * which the store is copied to the node, in a later one, and in a whole training. Genes are real,
 * their vectors are random numbers of the published models' widths.
 */
public final class LoaderBenchmark implements Benchmark {
  private static final int GENES = 480;
  private static final int BATCH = 32;

  /** The least that a training makes with the patience that is built in. */
  private static final int EPOCHS = 21;

  private static final String STORE = "random";

  private static final TreeMap<Modality, Integer> DIMS =
      new TreeMap<>(Map.of(Modality.DNA, 512, Modality.RNA, 640, Modality.PROTEIN, 320));

  private static final FusionSettings NETWORK = FusionSettings.paper();

  @Override
  public String what() {
    return "the loader's share of a training step";
  }

  @Override
  public void run(Workbench workbench, Goals goals) throws Exception {
    SparkSession spark = SparkBench.session(workbench.threads());
    List<String> genes = SparkBench.genes(workbench.root(), GENES, 340);
    Path folder = workbench.scratch().resolve("loader");
    Workspace workspace = SparkBench.prepare(spark, genes, folder);
    fill(spark, workspace, folder);

    VectorSource source = new StoredVectors(spark, workspace, SparkBench.NAME, STORE);
    ExampleTable examples =
        new ExampleTable(spark, workspace, SparkBench.NAME, SparkBench.NAME, source);
    var file = new org.apache.hadoop.fs.Path(workspace.run("bench"), "examples");
    examples.write(examples.rows(source.modalities()).usable(), file);
    var table = spark.read().parquet(file.toString());
    TrainingRows rows = new TrainingRows(table, SparkBench.NAME, List.of(), ClassWeights.NONE);
    Map<Modality, List<String>> shards = new TreeMap<>();
    for (Modality modality : DIMS.keySet()) {
      shards.put(
          modality,
          new ArrayList<>(
              table
                  .select(StoredVectors.shard(modality))
                  .distinct()
                  .orderBy(StoredVectors.shard(modality))
                  .toJavaRDD()
                  .map(row -> row.getString(0))
                  .collect()));
    }
    ComputationGraph graph =
        new ComputationGraph(
            FusionNetwork.configuration(
                NETWORK,
                DIMS,
                Target.REGRESSION,
                new Optimizer(Optimizer.Method.ADAM, 3e-5, 1e-5),
                1));
    graph.init();
    BatchPlan plan = new BatchPlan(rows.of(TrainingRows.TRAIN).toArray(), rows.codons(), BATCH);

    TextTable lines = new TextTable();
    lines.line(List.of("local copy", "steps", "loader ms a step", "step ms", "share"));
    System.setProperty("java.io.tmpdir", Files.createDirectory(folder.resolve("node")).toString());
    List<Share> shares = new ArrayList<>();
    for (String copy : List.of("cold", "warm")) {
      TrainingContext context =
          new TrainingContext(
              new SerializableConfiguration(spark.sparkContext().hadoopConfiguration()),
              "bench-" + copy,
              file.toString(),
              rows.size(),
              workspace.embeddings(STORE).toString(),
              "bench",
              shards,
              DIMS,
              NETWORK,
              rows.target(),
              rows.scaling(),
              1);
      shares.add(epoch(graph, context, plan.epoch(1, 1)));
    }
    Share warm = shares.get(1);
    Share training = shares.get(0).and(EPOCHS - 1, warm);
    lines.line(shares.get(0).line("made in this epoch"));
    lines.line(warm.line("there"));
    lines.line(training.line("made in the first of %d epochs".formatted(EPOCHS)));
    goals.atMost("loader / step, training on a cold copy", training.ratio(), 0.05);
    goals.atMost("loader / step, training on a warm copy", warm.ratio(), 0.05);
    System.out.println(lines);
    spark.stop();
  }

  /** Seconds of all steps of an epoch. */
  private record Share(int steps, double loading, double fitting) {
    Share and(int epochs, Share more) {
      return new Share(
          steps + epochs * more.steps,
          loading + epochs * more.loading,
          fitting + epochs * more.fitting);
    }

    double ratio() {
      return loading / (loading + fitting);
    }

    List<String> line(String copy) {
      return List.of(
          copy,
          "" + steps,
          String.format(Locale.ROOT, "%.1f", 1000 * loading / steps),
          String.format(Locale.ROOT, "%.1f", 1000 * (loading + fitting) / steps),
          String.format(Locale.ROOT, "%.3f", ratio()));
    }
  }

  private static Share epoch(ComputationGraph graph, TrainingContext context, List<int[]> batches)
      throws Exception {
    double loading = 0;
    double fitting = 0;
    for (int[] rows : batches) {
      BatchDescriptor batch = new BatchDescriptor(1, 1, rows);
      long started = System.nanoTime();
      MultiDataSet data = BatchLoader.load(context, batch);
      loading += (System.nanoTime() - started) / 1e9;
      fitting += Clock.seconds(() -> graph.fit(data));
      StepProbe.free(data);
    }
    return new Share(batches.size(), loading, fitting);
  }

  /** Plans and writes a store of random vectors for every prepared sequence. */
  private static void fill(SparkSession spark, Workspace workspace, Path folder)
      throws IOException {
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
