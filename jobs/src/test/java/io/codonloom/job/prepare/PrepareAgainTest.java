package io.codonloom.job.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.UserException;
import io.codonloom.config.SplitBy;
import io.codonloom.job.verify.Problem;
import io.codonloom.job.verify.VerifyJob;
import io.codonloom.workspace.FolderLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dataset that is prepared already, or being prepared. */
class PrepareAgainTest {
  @TempDir Path folder;

  private PrepareFixture fixture(int rows) {
    StringBuilder csv = new StringBuilder("id,sequence,label\n");
    for (int i = 0; i < rows; i++) {
      csv.append("r").append(i).append(",ATGGCT").append("GCA".repeat(i + 1)).append("TAA,1\n");
    }
    return new PrepareFixture(folder)
        .file("d.csv", csv.toString())
        .splits(PrepareFixture.split("main", SplitBy.SEQUENCE, 1));
  }

  @Test
  void oneJobAtATimePreparesADataset() throws IOException {
    PrepareFixture fixture = fixture(20);
    fixture.run();
    try (FolderLock other =
        FolderLock.take(new Configuration(), fixture.workspace.preparing("d"))) {
      assertThat(fixture.run().accepted()).as("up to date: nothing to lock").isEqualTo(20);
      assertThatThrownBy(fixture(30)::run)
          .isInstanceOf(UserException.class)
          .hasMessageContaining("another job writes into")
          .hasMessageContaining("process " + ProcessHandle.current().pid());
      other.requireHeld();
    }
    assertThat(fixture.labelRows()).hasSize(20);
    assertThat(fixture(30).run().accepted()).isEqualTo(30);
    assertThat(fixture.labelRows()).hasSize(30);
  }

  @Test
  void ofTwoAtOnceNoneLosesOrDoublesRows() throws Exception {
    PrepareFixture one = fixture(200);
    PrepareFixture two =
        new PrepareFixture(folder)
            .input(folder.resolve("d.csv").toUri().toString())
            .splits(PrepareFixture.split("main", SplitBy.SEQUENCE, 1));
    ExecutorService pool = Executors.newFixedThreadPool(2);
    Callable<Long> first = () -> one.run().accepted();
    Callable<Long> second = () -> two.run().accepted();
    int done = 0;
    for (Future<Long> job : List.of(pool.submit(first), pool.submit(second))) {
      try {
        assertThat(job.get()).isEqualTo(200);
        done++;
      } catch (java.util.concurrent.ExecutionException e) {
        assertThat(e.getCause())
            .isInstanceOf(UserException.class)
            .hasMessageContaining("another job writes into");
      }
    }
    pool.shutdown();
    assertThat(done).isPositive();
    assertThat(one.labelRows()).hasSize(200);
    assertThat(one.parts("main")).hasSize(200);
  }

  @Test
  void aPrepareThatWasCutOffIsEndedByTheNextJob() throws IOException {
    PrepareFixture fixture = fixture(20);
    fixture.run();
    Path workspace = folder.resolve("workspace");
    Path labels = workspace.resolve("labels/dataset=d");
    Path moved = workspace.resolve("_prepare/d/new/labels/dataset=d");
    List<Path> files;
    try (var all = Files.list(labels)) {
      files = all.sorted().toList();
    }
    // As if the job had been killed before the first of its labels was in its place.
    Files.createDirectories(moved);
    StringBuilder names = new StringBuilder();
    for (Path file : files) {
      Files.move(file, moved.resolve(file.getFileName()));
      names.append(names.length() == 0 ? "" : ",").append("\"labels/dataset=d/");
      names.append(file.getFileName()).append('"');
    }
    Files.writeString(
        workspace.resolve("_prepare/d/publish.json"),
        "{\"replaced\":[\"labels/dataset=d\"],\"files\":[%s],\"manifest\":%s}"
            .formatted(names, Files.readString(workspace.resolve("manifests/prepare-d.json"))));
    assertThat(new VerifyJob(fixture.spark, fixture.workspace, "d", "s").run().first())
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .contains("a prepare was cut off while it moved its tables")
        .contains("run prepare, which ends it");
    assertThat(fixture.run().accepted()).isEqualTo(20);
    assertThat(fixture.labelRows()).hasSize(20);
    assertThat(workspace.resolve("_prepare/d/publish.json")).doesNotExist();
    assertThat(new VerifyJob(fixture.spark, fixture.workspace, "d", "s").run().problems()).isZero();
  }

  @Test
  void whatAKilledPrepareLeftIsRemovedByTheNext() throws IOException {
    PrepareFixture fixture = fixture(20);
    Path left = folder.resolve("workspace/_prepare/d/new/labels/dataset=d/part-x.parquet");
    Files.createDirectories(left.getParent());
    Files.writeString(left, "half");
    assertThat(fixture.run().accepted()).isEqualTo(20);
    assertThat(left).doesNotExist();
    assertThat(fixture.labelRows()).hasSize(20);
    try (var files = Files.walk(folder.resolve("workspace"))) {
      assertThat(files.filter(Files::isRegularFile).map(Path::toString))
          .noneMatch(file -> file.contains("_prepare"));
    }
  }
}
