package io.codonloom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.SparkSessions;
import io.codonloom.store.StoreRecords;
import io.codonloom.workspace.FolderLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs side by side in one workspace, and results that no typing mistake costs. */
class SideBySideTest {
  @TempDir static Path folder;
  private static CliWorkspace done;

  @BeforeAll
  static void runOnce() throws IOException {
    done = new CliWorkspace(folder.resolve("done")).write();
    CliWorkspace.Result result = done.run("run");
    assertThat(result.code()).as(result.err()).isZero();
  }

  private static Configuration conf() {
    return SparkSessions.local().sparkContext().hadoopConfiguration();
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toString());
  }

  private static String manifest() throws IOException {
    return Files.readString(done.workspace().resolve("runs/r/manifest.json"));
  }

  @Test
  void runsOfDifferentTrainingsInOneWorkspaceAllEndWell() throws Exception {
    sideBySide(3);
  }

  @Tag("long")
  @Test
  void tenRunsOfDifferentTrainingsInOneWorkspaceAllEndWell() throws Exception {
    sideBySide(10);
  }

  private static void sideBySide(int count) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(count);
    org.apache.hadoop.fs.Path store = hadoop(done.workspace().resolve("embeddings/s"));
    // Nothing of theirs waits for the store, though another job has the right to write into it.
    try (FolderLock held = FolderLock.take(conf(), StoreRecords.folder(store))) {
      List<Future<CliWorkspace.Result>> runs = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String name = "train.run=side-" + i;
        String seed = "train.seed=" + (i + 1);
        runs.add(threads.submit(() -> done.run("run", "--set", name, "--set", seed)));
      }
      for (Future<CliWorkspace.Result> run : runs) {
        assertThat(run.get().err()).isEmpty();
        assertThat(run.get().code()).isZero();
      }
      held.requireHeld();
    } finally {
      threads.shutdown();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dataset.label-name=another name",
        "train.bootstrap-samples=30",
        "touch",
        "second split"
      })
  void aFinishedTrainingIsNotRedoneForAReasonThatIsNone(String change) throws IOException {
    String before = manifest();
    String[] more = {"--set", change};
    if (change.equals("touch")) {
      Files.setLastModifiedTime(done.input(), FileTime.fromMillis(1_600_000_000_000L));
      more = new String[0];
    } else if (change.equals("second split")) {
      Files.writeString(
          done.config(),
          Files.readString(done.config())
              + "\nsplits = ${splits} [{ name = more, by = row, fractions { train = 0.5, val = 0.5 } }]\n");
      more = new String[0];
    }
    CliWorkspace.Result result = done.run("run", more);
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(manifest()).isEqualTo(before);
  }

  @Test
  void aRunWithOtherSettingsIsReplacedOnlyWhereTheUserSaysSo() throws IOException {
    String[] two = {"--set", "train.run=again", "--set", "train.epochs=2"};
    assertThat(done.run("train", two).code()).isZero();
    Path manifest = done.workspace().resolve("runs/again/manifest.json");
    String before = Files.readString(manifest);
    for (String verb : List.of("train", "run")) {
      CliWorkspace.Result refused = done.run(verb, "--set", "train.run=again");
      assertThat(refused.code()).isEqualTo(2);
      assertThat(refused.err().strip())
          .isEqualTo(
              "codonloom: run again was trained otherwise: train.epochs is 2 there and 1 now; "
                  + "keep it and name this one anew (--set train.run=NAME), or give it up (--replace)");
    }
    assertThat(Files.readString(manifest)).isEqualTo(before);
    assertThat(done.run("train", "--replace", "--set", "train.run=again").code()).isZero();
    assertThat(Files.readString(manifest)).contains("\"epochs\" : 1").isNotEqualTo(before);
  }

  @Test
  void aRunOnFormerDataStaysAndVerifyNamesIt() throws IOException {
    CliWorkspace other = done.copy(folder.resolve("other"));
    Files.write(other.input(), Files.readAllLines(done.input()).subList(0, 58));
    CliWorkspace.Result refused = other.run("run", "--set", "dataset.input=" + other.input());
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err().strip().lines()).hasSize(1);
    assertThat(refused.err()).contains("run r was trained otherwise: on other rows of dataset d");
    CliWorkspace.Result verified = other.run("verify");
    assertThat(verified.code()).isEqualTo(2);
    assertThat(verified.out())
        .contains("runs/r")
        .contains("dataset d was prepared anew since this training, and 3 of its rows are others");
  }

  @Test
  void theSecondOfTwoPredictionsIntoOneFolderIsRefused() throws IOException {
    Path output = done.folder.resolve("predicted");
    try (FolderLock first = FolderLock.take(conf(), hadoop(output.resolve(".codonloom-predict")))) {
      CliWorkspace.Result second = done.run("predict");
      assertThat(second.code()).isEqualTo(2);
      assertThat(second.err().strip().lines()).hasSize(1);
      assertThat(second.err()).contains("another job writes into");
      first.requireHeld();
    }
    // Its own former output is replaced, and nothing else is left.
    assertThat(done.run("predict").code()).isZero();
    assertThat(done.run("predict").code()).isZero();
    assertThat(output.toFile().list())
        .containsExactlyInAnyOrder("predictions.csv", "refused.csv", "manifest.json");
  }

  @Test
  void predictWritesIntoNoFolderThatHoldsOtherThings() throws IOException {
    for (Path output : List.of(done.workspace().resolve("runs/r"), done.folder, done.workspace())) {
      CliWorkspace.Result refused =
          done.verb(
              "predict", "--model", "r", "--input", done.input() + "", "--output", output + "");
      assertThat(refused.code()).isEqualTo(2);
      assertThat(refused.err().strip().lines()).hasSize(1);
      assertThat(refused.err()).contains("name a folder for the predictions alone");
    }
    assertThat(manifest()).contains("\"stage\" : \"train\"");
  }

  @Test
  void trainWritesIntoNoFolderThatHoldsOtherThings() throws IOException {
    Path notes = done.workspace().resolve("runs/mine/notes.txt");
    Files.createDirectories(notes.getParent());
    Files.writeString(notes, "mine");
    CliWorkspace.Result refused = done.run("run", "--set", "train.run=mine");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("holds notes.txt, which no training wrote");
    assertThat(notes).hasContent("mine");
  }

  @Test
  void whatCannotBeTrainedIsSaidBeforeAnythingIsEmbedded() throws IOException {
    CliWorkspace fresh = new CliWorkspace(folder.resolve("fresh")).write();
    String splits = "\nsplits = [{ name = main, by = column }]\ndataset.columns.split = part\n";
    Files.writeString(fresh.config(), Files.readString(fresh.config()) + splits);
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(fresh.input())) {
      lines.add((lines.isEmpty() ? "part," : "train,") + line);
    }
    Files.write(fresh.input(), lines);
    for (String verb : List.of("plan", "run")) {
      CliWorkspace.Result refused = fresh.run(verb);
      assertThat(refused.code()).as(refused.err()).isEqualTo(2);
      assertThat(refused.err().strip().lines()).hasSize(1);
      assertThat(refused.err()).contains("split main has no rows in part 'val', only in [train]");
    }
    assertThat(fresh.workspace().resolve("embeddings")).doesNotExist();
  }
}
