package io.codonloom.bench;

import io.codonloom.cli.TextTable;
import io.codonloom.config.EncoderConfig;
import io.codonloom.config.Encoding;
import io.codonloom.config.Store;
import io.codonloom.device.Device;
import io.codonloom.embedding.Dtype;
import io.codonloom.encoder.Encoder;
import io.codonloom.encoder.EncoderOutput;
import io.codonloom.encoder.EncoderSettings;
import io.codonloom.encoder.Precision;
import io.codonloom.encoder.engine.Encoders;
import io.codonloom.job.embed.EmbedJob;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.OverLong;
import io.codonloom.workspace.Workspace;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;

/**
 * The embed job from its start to its manifest, beside the encoder alone on the same texts, in as
 * many threads as the job has tasks.
 */
final class EmbedBenchmark implements Benchmark {
  /** Enough that starting jobs, hashing weights and writing the manifest do not decide. */
  private static final Map<Modality, Integer> GENES =
      Map.of(Modality.DNA, 900, Modality.RNA, 150, Modality.PROTEIN, 3000);

  private static final int MOST_CODONS = 340;
  private static final int SHARD_CODONS = 5000;

  @Override
  public String what() {
    return "the embed job beside the encoder alone";
  }

  @Override
  public void run(Workbench workbench, Goals goals) throws Exception {
    SparkSession spark = SparkBench.session(workbench.threads());
    TextTable table = new TextTable();
    table.line(List.of("model", "texts", "encoder s", "embed s", "encoder / embed"));
    for (Modality modality : Modality.values()) {
      List<String> genes = SparkBench.genes(workbench.root(), GENES.get(modality), MOST_CODONS);
      Workspace workspace =
          SparkBench.prepare(spark, genes, workbench.scratch().resolve("embed-" + modality.id()));
      List<String> texts =
          spark
              .read()
              .parquet(workspace.sequences().toString())
              .where("modality = '" + modality.id() + "'")
              .select("sequence")
              .toJavaRDD()
              .map(row -> row.getString(0))
              .collect();
      // The first embedding of a JVM loads classes.
      embed(spark, workspace, workbench, modality, "first");
      double before = encoderAlone(workbench, modality, texts);
      double job = Clock.seconds(() -> embed(spark, workspace, workbench, modality, "second"));
      double alone = (before + encoderAlone(workbench, modality, texts)) / 2;
      table.line(
          List.of(
              Workbench.model(modality),
              "" + texts.size(),
              number(alone),
              number(job),
              number(alone / job)));
      goals.atLeast("embed %s / encoder".formatted(Workbench.model(modality)), alone / job, 0.85);
    }
    System.out.println(table);
    spark.stop();
  }

  private static void embed(
      SparkSession spark,
      Workspace workspace,
      Workbench workbench,
      Modality modality,
      String name) {
    String checkpoint = workbench.checkpointFolder(modality).toUri().toString();
    EncoderConfig config =
        new EncoderConfig(checkpoint, OverLong.REJECT, 0, 0, EncoderOutput.HIDDEN, -1);
    new EmbedJob(
            spark,
            workspace,
            Map.of(modality, config),
            new Store(name, Dtype.FP16, SHARD_CODONS),
            Encoding.DEFAULT,
            List.of(SparkBench.NAME))
        .run();
  }

  private static double encoderAlone(Workbench workbench, Modality modality, List<String> texts)
      throws Exception {
    EncoderSettings settings =
        new EncoderSettings(EncoderOutput.HIDDEN, -1, Precision.FP32, Encoding.DEFAULT.threads());
    ExecutorService pool = Executors.newFixedThreadPool(workbench.threads());
    try (Encoder encoder =
        Encoders.open(workbench.checkpoint(modality), modality, settings, Device.CPU)) {
      Queue<String> queue =
          new ConcurrentLinkedQueue<>(
              texts.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList());
      encoder.encode(texts.get(0));
      return Clock.seconds(
          () -> {
            List<? extends Future<?>> running =
                IntStream.range(0, workbench.threads())
                    .mapToObj(thread -> pool.submit(() -> drain(queue, encoder)))
                    .toList();
            for (Future<?> one : running) {
              one.get();
            }
          });
    } finally {
      pool.shutdown();
    }
  }

  private static void drain(Queue<String> queue, Encoder encoder) {
    for (String text = queue.poll(); text != null; text = queue.poll()) {
      encoder.encode(text);
    }
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
