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
import java.util.concurrent.TimeUnit;
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
  void anExecutorsDeathLosesNothing() throws Exception {
    survive(Victim.EXECUTOR, 1);
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15})
  void anExecutorsDeathAtAnyMomentLosesNothing(long seed) throws Exception {
    survive(Victim.EXECUTOR, seed);
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23, 24, 25, 26})
  void theDriversDeathAtAnyMomentLosesTheShardsInFlight(long seed) throws Exception {
    survive(Victim.DRIVER, seed);
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(longs = {31, 32, 33, 34, 35})
  void tasksDeathAtAnyMomentLosesNothing(long seed) throws Exception {
    survive(Victim.TASKS, seed);
  }

  private void survive(Victim victim, long seed) throws Exception {
    EmbedFixture fixture = new EmbedFixture(folder.resolve("ws")).dataset("a", genes, 1);
    Path output = folder.resolve("output.txt");
    ClusterJvm jvm = new ClusterJvm(Files.createDirectory(folder.resolve("jvm")));
    Process driver =
        jvm.start(
            output,
            KillsMain.class,
            fixture.folder.toString(),
            System.getProperty("codonloom.root"));
    Map<Path, Object> before;
    boolean ended;
    try {
      awaitMoment(fixture.folder, new Random(seed), driver, output);
      List<ProcessHandle> executors = driver.descendants().filter(p -> isExecutor(p)).toList();
      assertThat(executors).as("executors").hasSizeGreaterThanOrEqualTo(2);
      switch (victim) {
        case TASKS -> Files.createFile(fixture.folder.resolve(KillsMain.KILL_TASKS));
        case EXECUTOR -> executors.get((int) (seed % 2)).destroyForcibly();
        case DRIVER -> {
          driver.destroyForcibly();
          for (ProcessHandle executor : executors) {
            executor.onExit().get(1, TimeUnit.MINUTES);
          }
        }
      }
      before = objects(fixture.folder);
      ended = driver.waitFor(4, TimeUnit.MINUTES);
      assertThat(ended).as("ended in time").isTrue();
      String text = Files.readString(output);
      if (victim == Victim.DRIVER) {
        assertThat(driver.exitValue()).as("SIGKILL").isEqualTo(137);
      } else {
        assertThat(driver.exitValue()).as(text).isZero();
        assertThat(text).contains("embedded");
        if (victim == Victim.TASKS) {
          assertThat(text).contains("killed tasks: ");
        }
      }
    } finally {
      driver.descendants().forEach(ProcessHandle::destroyForcibly);
      driver.destroyForcibly();
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
        victim,
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

  /** Somewhere between the first look at the store and its last shards. */
  private static void awaitMoment(Path workspace, Random random, Process driver, Path output)
      throws Exception {
    boolean planning = random.nextInt(5) == 0;
    int shards = planning ? 0 : 1 + random.nextInt(undisturbed.size() - 6);
    while (!Files.exists(workspace.resolve("embeddings/s/_store.json"))
        || objects(workspace).size() < shards) {
      assertThat(driver.isAlive()).as(Files.readString(output)).isTrue();
      Thread.sleep(2);
    }
    Thread.sleep(random.nextInt(planning ? 1500 : 60));
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
