package io.codonloom.job.embed;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.ClusterJvm;
import io.codonloom.job.verify.VerifyJob;
import io.codonloom.sequence.Modality;
import io.codonloom.store.EmbeddingShard;
import io.codonloom.workspace.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A job with the driver and two executors in JVMs of their own is hit at a moment that a seed
 * draws: either all its running tasks are killed through Spark, or an executor's process or the
 * driver's gets SIGKILL.
 */
class KillsTest {
  private static final Path TEST_DATA = Path.of(System.getProperty("codonloom.root"), "test-data");

  @TempDir static Path shared;
  private static List<String> genes;
  private static Map<String, List<List<Object>>> undisturbed;

  @TempDir Path folder;

  private enum Victim {
    TASKS,
    EXECUTOR,
    DRIVER
  }

  @BeforeAll
  static void embedUndisturbed() throws IOException {
    genes =
        Files.readAllLines(TEST_DATA.resolve("ecoli/ecoli_cds.csv")).stream()
            .skip(1)
            .map(line -> line.substring(line.lastIndexOf(',') + 1))
            .filter(gene -> gene.length() <= 600)
            .limit(100)
            .toList();
    EmbedFixture fixture = new EmbedFixture(shared).dataset("a", genes, 1);
    fixture.embed("a");
    undisturbed = rows(fixture);
  }

  @Test
  void theDeathOfTasksOfAnExecutorAndOfTheDriverInOneJobLosesTheShardsInFlight() throws Exception {
    survive(1, Victim.TASKS, Victim.EXECUTOR, Victim.DRIVER);
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15})
  void anExecutorsDeathAtAnyMomentLosesNothing(long seed) throws Exception {
    survive(seed, Victim.EXECUTOR);
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23, 24, 25, 26})
  void theDriversDeathAtAnyMomentLosesTheShardsInFlight(long seed) throws Exception {
    survive(seed, Victim.DRIVER);
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(longs = {31, 32, 33, 34, 35})
  void tasksDeathAtAnyMomentLosesNothing(long seed) throws Exception {
    survive(seed, Victim.TASKS);
  }

  /** One blow after the other, each in its share of the job. */
  private void survive(long seed, Victim... victims) throws Exception {
    EmbedFixture fixture = new EmbedFixture(folder.resolve("ws")).dataset("a", genes, 1);
    Path output = folder.resolve("output.txt");
    ClusterJvm jvm = new ClusterJvm(Files.createDirectory(folder.resolve("jvm")));
    Process driver =
        jvm.start(
            output,
            KillsMain.class,
            fixture.folder.toString(),
            System.getProperty("codonloom.root"));
    Random random = new Random(seed);
    Map<Path, Object> before = Map.of();
    try {
      int share = (undisturbed.size() - 6) / victims.length;
      for (int blow = 0; blow < victims.length; blow++) {
        boolean planning = blow == 0 && random.nextInt(5) == 0;
        int shards = planning ? 0 : blow * share + 1 + random.nextInt(share);
        awaitShards(fixture.folder, shards, driver, output);
        Thread.sleep(random.nextInt(planning ? 1500 : 60));
        strike(victims[blow], fixture.folder, driver, output, seed);
        before = objects(fixture.folder);
      }
    } finally {
      if (driver.isAlive()) {
        ClusterJvm.awaitEnd(driver);
      }
    }
    String text = Files.readString(output);
    if (List.of(victims).contains(Victim.DRIVER)) {
      assertThat(driver.exitValue()).as("SIGKILL").isEqualTo(137);
    } else {
      assertThat(driver.exitValue()).as(text).isZero();
      assertThat(text).contains("embedded");
    }
    // What was whole when the blow fell was not written again, and the rest is computed once more.
    Map<Path, Object> left = objects(fixture.folder);
    Instant start = Instant.now();
    Manifest next = fixture.embed("a");
    Duration seconds = Duration.between(start, Instant.now());
    long computed = 0;
    for (Modality modality : Modality.values()) {
      EmbedCounts counts = EmbedFixture.counts(next, modality);
      assertThat(counts.inputs()).isEqualTo(counts.stored() + counts.computed());
      computed += counts.shardsComputed();
    }
    System.out.printf(
        "seed %d, %s killed: %d of %d shards whole then, %d after; the next run computed %d in %d s%n",
        seed,
        List.of(victims),
        before.size(),
        undisturbed.size(),
        left.size(),
        computed,
        seconds.toSeconds());
    assertThat(computed).isEqualTo(undisturbed.size() - left.size());
    assertThat(objects(fixture.folder)).containsAllEntriesOf(left).containsAllEntriesOf(before);
    assertThat(different(rows(fixture))).as("shards with other rows").isEmpty();
    // The store alone: the fixture writes no labels and no manifest of prepare.
    assertThat(new VerifyJob(fixture.spark, fixture.workspace, "none", "s").run().first())
        .isEmpty();
  }

  /**
   * Each shard's rows in their order. Not the file's bytes: its footer lists each column's
   * encodings in an order that differs from JVM to JVM.
   */
  private static Map<String, List<List<Object>>> rows(EmbedFixture fixture) throws IOException {
    Map<String, List<List<Object>>> shards = new TreeMap<>();
    for (String name : fixture.objects().keySet()) {
      List<List<Object>> rows = new ArrayList<>();
      EmbeddingShard.forEach(
          fixture.conf,
          new org.apache.hadoop.fs.Path(fixture.storeFolder(), name),
          row ->
              rows.add(
                  List.of(
                      row.key(),
                      row.startCodon(),
                      row.endCodon(),
                      row.dim(),
                      row.dtype(),
                      row.checksum(),
                      ByteBuffer.wrap(row.bytes()))));
      shards.put(name, rows);
    }
    return shards;
  }

  private static List<String> different(Map<String, List<List<Object>>> shards) {
    Set<String> names = new TreeSet<>(shards.keySet());
    names.addAll(undisturbed.keySet());
    names.removeIf(name -> Objects.equals(shards.get(name), undisturbed.get(name)));
    return List.copyOf(names);
  }

  private static void strike(Victim victim, Path workspace, Process driver, Path output, long seed)
      throws Exception {
    List<ProcessHandle> executors = driver.descendants().filter(KillsTest::isExecutor).toList();
    assertThat(executors).as("executors").isNotEmpty();
    switch (victim) {
      case TASKS -> {
        Files.createFile(workspace.resolve(KillsMain.KILL_TASKS));
        while (!Files.readString(output).contains("killed tasks: ")) {
          assertThat(driver.isAlive()).as(Files.readString(output)).isTrue();
          Thread.sleep(2);
        }
      }
      case EXECUTOR -> executors.get((int) (seed % executors.size())).destroyForcibly();
      case DRIVER -> {
        driver.destroyForcibly().waitFor();
        for (ProcessHandle executor : executors) {
          executor.onExit().get();
        }
      }
    }
  }

  private static void awaitShards(Path workspace, int shards, Process driver, Path output)
      throws Exception {
    while (!Files.exists(workspace.resolve("stores/s/store.json"))
        || objects(workspace).size() < shards) {
      assertThat(driver.isAlive()).as(Files.readString(output)).isTrue();
      Thread.sleep(2);
    }
  }

  private static boolean isExecutor(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", "" + process.pid(), "cmdline"))
          .contains("CoarseGrainedExecutorBackend");
    } catch (IOException e) {
      return false; // has ended
    }
  }

  /** Each whole shard and what changes when it is written again: the file behind its name. */
  private static Map<Path, Object> objects(Path workspace) throws IOException {
    Map<Path, Object> objects = new TreeMap<>();
    Path store = workspace.resolve("embeddings/s");
    for (Modality modality : Modality.values()) {
      Path part = store.resolve("modality=" + modality.id());
      if (Files.exists(part)) {
        try (Stream<Path> shards = Files.list(part)) {
          for (Path shard : shards.toList()) {
            Path object = shard.resolve("data.parquet");
            if (Files.exists(object)) {
              objects.put(
                  object,
                  Files.readAttributes(object, java.nio.file.attribute.BasicFileAttributes.class)
                      .fileKey());
            }
          }
        }
      }
    }
    return objects;
  }
}
