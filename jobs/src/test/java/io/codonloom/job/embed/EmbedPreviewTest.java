package io.codonloom.job.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.codonloom.SparkSessions;
import io.codonloom.config.Experiment;
import io.codonloom.config.ExperimentFile;
import io.codonloom.config.Store;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.encoding.EncoderLimits;
import io.codonloom.job.prepare.PrepareCounts;
import io.codonloom.job.prepare.PrepareFixture;
import io.codonloom.job.prepare.PrepareJob;
import io.codonloom.job.prepare.PreparePreview;
import io.codonloom.sequence.Modality;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.Workspace;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The demo, planned, run and planned again. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EmbedPreviewTest {
  private static final Path ROOT = Path.of(System.getProperty("codonloom.root"));

  @TempDir static Path folder;
  private static PrepareCounts planned;
  private static Map<Modality, EmbedEstimate> estimates;

  private final SparkSession spark = SparkSessions.local();
  private final Experiment demo = demo();
  private final Workspace workspace = new Workspace(folder.resolve("ws").toUri().toString());

  EmbedPreviewTest() throws IOException {}

  /** The demo's first rows, so that the test is short. */
  private static Experiment demo() throws IOException {
    Path rows = folder.resolve("ecoli.csv");
    List<String> lines = Files.readAllLines(ROOT.resolve("test-data/ecoli/ecoli_cds.csv"));
    Files.write(rows, lines.subList(0, 121));
    List<String> settings = List.of("dataset.input=" + rows, "store.shard-codons=5000");
    return ExperimentFile.read(ROOT.resolve("conf/demo.conf"), settings)
        .located(path -> ROOT.resolve(path).toUri().toString());
  }

  private PrepareJob prepare() throws IOException {
    return new PrepareJob(
        spark,
        workspace,
        demo.dataset(),
        demo.rules(),
        demo.splits(),
        EncoderLimits.of(spark.sparkContext().hadoopConfiguration(), demo.encoders()));
  }

  private EmbedPreview preview() {
    return new EmbedPreview(
        spark, workspace, demo.encoders(), demo.store(), demo.embed(), demo.dataset().name());
  }

  private static Map<String, Long> files() throws IOException {
    Map<String, Long> files = new TreeMap<>();
    try (var walk = Files.walk(folder)) {
      for (Path file : walk.toList()) {
        files.put(file.toString(), Files.getLastModifiedTime(file).toMillis());
      }
    }
    return files;
  }

  @Test
  @Order(1)
  void aPlanOfNothingPreparedWritesNothing() throws IOException {
    try (PreparePreview preview = prepare().preview()) {
      planned = preview.counts();
      assertThat(preview.sequences()).isPresent();
      estimates = preview().run(preview.sequences(), 0.2);
    }
    assertThat(Files.exists(folder.resolve("ws"))).isFalse();
  }

  @Test
  @Order(2)
  void theNumbersAreThoseOfTheJobs() throws IOException {
    assertThat(PrepareFixture.counts(prepare().run())).isEqualTo(planned);
    try (PreparePreview preview = prepare().preview()) {
      assertThat(preview.sequences()).isEmpty();
      assertThat(preview.counts()).isEqualTo(planned);
    }
    Store store = demo.store();
    List<String> datasets = List.of(demo.dataset().name());
    Manifest manifest =
        new EmbedJob(spark, workspace, demo.encoders(), store, demo.embed(), datasets).run();
    for (Modality modality : Modality.values()) {
      EmbedCounts counts = EmbedFixture.counts(manifest, modality);
      EmbedEstimate estimate = estimates.get(modality);
      assertThat(estimate.sequences()).isEqualTo(counts.sequences());
      assertThat(estimate.inputs()).isEqualTo(counts.inputs());
      assertThat(estimate.stored()).isEqualTo(counts.stored()).isZero();
      assertThat(estimate.codons()).isEqualTo(counts.codons());
      assertThat(estimate.shards()).isEqualTo(counts.shards()).isGreaterThan(3);
      assertThat(estimate.todo().inputs()).isEqualTo(counts.computed());
      assertThat(estimate.todo().codons()).isEqualTo(counts.codonsComputed());
      assertThat(estimate.todo().shards()).isEqualTo(counts.shardsComputed());
      assertThat((double) estimate.todo().bytes() / counts.bytesComputed())
          .isCloseTo(1, within(0.15));
    }
  }

  @Test
  @Order(3)
  void tokensAndArithmeticAreThoseOfTheTexts() throws IOException {
    for (Modality modality : Modality.values()) {
      Checkpoint checkpoint =
          Checkpoint.open(Path.of(URI.create(demo.encoders().get(modality).checkpoint())));
      long tokens = 0;
      double flops = 0;
      long longest = 0;
      for (var row :
          spark
              .read()
              .parquet(workspace.sequences().toString())
              .where("modality = '" + modality.id() + "'")
              .dropDuplicates("key")
              .collectAsList()) {
        int count = checkpoint.tokens(row.<Integer>getAs("n_codons"));
        tokens += count;
        flops += checkpoint.flops(count);
        longest = Math.max(longest, count);
      }
      EmbedEstimate.Todo todo = estimates.get(modality).todo();
      assertThat(todo.tokens()).isEqualTo(tokens);
      assertThat(todo.flops()).isCloseTo(flops, within(flops * 1e-9));
      assertThat(todo.longest()).isEqualTo(longest);
      assertThat(todo.shortest()).isLessThanOrEqualTo(todo.median());
      assertThat(todo.median()).isLessThanOrEqualTo(longest);
      assertThat(todo.seconds()).isPositive();
    }
  }

  @Test
  @Order(4)
  void aPlanOfAFullStoreSaysSoAndALostShardIsPlannedAgain() throws IOException {
    Map<String, Long> before = files();
    try (PreparePreview preview = prepare().preview()) {
      preview()
          .run(preview.sequences(), 0.2)
          .forEach(
              (modality, estimate) -> {
                assertThat(estimate.stored()).isEqualTo(estimate.inputs()).isPositive();
                assertThat(estimate.todo().shards()).isZero();
                assertThat(estimate.todo().inputs()).isZero();
                assertThat(estimate.todo().seconds()).isZero();
              });
    }
    assertThat(files()).isEqualTo(before);
    try (var shards = Files.list(folder.resolve("ws/embeddings/tiny/modality=rna"))) {
      Files.delete(shards.findFirst().orElseThrow().resolve("data.parquet"));
    }
    EmbedEstimate rna = preview().run(Optional.empty(), 0.2).get(Modality.RNA);
    assertThat(rna.todo().shards()).isOne();
    assertThat(rna.todo().inputs()).isEqualTo(rna.inputs() - rna.stored()).isPositive();
  }
}
