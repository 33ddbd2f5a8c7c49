package io.codonloom.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.ForeignFileSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublicationTest {
  private static final Map<String, String> FORMER =
      Map.of(
          "labels/dataset=d/part-old-1.parquet", "old",
          "labels/dataset=d/part-old-2.parquet", "old",
          "labels/dataset=other/part-old.parquet", "other",
          "splits/dataset=d/split=gone/part-old.parquet", "old",
          "splits/dataset=d/split=kept/part-old.parquet", "old",
          "manifest", "old");

  private static final Map<String, String> LATER =
      Map.of(
          "labels/dataset=d/part-new-1.parquet", "new",
          "labels/dataset=d/part-new-2.parquet", "new",
          "labels/dataset=other/part-old.parquet", "other",
          "splits/dataset=d/split=kept/part-new.parquet", "new",
          "manifest", "new");

  private static final List<String> CHANGES = List.of("create", "rename", "delete");

  @TempDir java.nio.file.Path folder;
  private final Configuration conf = new Configuration(false);

  @BeforeEach
  void knowsTheFileSystem() {
    ForeignFileSystem.register(conf);
  }

  @AfterEach
  void endsTheTrouble() {
    ForeignFileSystem.recover();
  }

  /** The job ends with its so-and-so-manieth change. */
  private static void endAfter(int changes) {
    AtomicInteger left = new AtomicInteger(changes);
    ForeignFileSystem.disturb(
        (call, path) -> {
          if (CHANGES.contains(call)
              && !path.toString().contains(FolderLock.NAME)
              && left.decrementAndGet() < 0) {
            throw new IOException("ended");
          }
        });
  }

  @Test
  void whereverAJobEndsThereAreTheFormerTablesOrTheNewOnes() throws IOException {
    boolean through = false;
    int halfDone = 0;
    for (int changes = 0; !through; changes++) {
      Workspace workspace =
          new Workspace(
              "foreign:"
                  + folder.resolve("after-" + changes).toUri().getPath().replaceAll("/$", ""));
      Publication publication = new Publication(conf, workspace, "d");
      write(workspace, FORMER);
      Map<String, String> fresh = new TreeMap<>(LATER);
      fresh.keySet().removeIf(name -> !name.contains("new"));
      write(publication.staging(), fresh);
      through = publish(workspace, publication, changes);
      if (publication.isHalfDone()) {
        assertThat(through).isFalse();
        halfDone++;
        publication.repair();
        assertThat(state(workspace)).as("after %d changes", changes).isEqualTo(LATER);
      } else {
        assertThat(state(workspace))
            .as("after %d changes", changes)
            .isIn(through ? List.of(LATER) : List.of(FORMER, LATER));
      }
      try (FolderLock lock = FolderLock.take(conf, workspace.preparing("d"))) {
        publication.prepare(lock);
      }
      assertThat(files(new Path(publication.staging().root()))).isEmpty();
    }
    assertThat(halfDone).isGreaterThan(5);
  }

  private boolean publish(Workspace workspace, Publication publication, int changes)
      throws IOException {
    try (FolderLock lock = FolderLock.take(conf, workspace.preparing("d"))) {
      endAfter(changes);
      publication.publish(
          lock,
          List.of(
              new Path(workspace.labels(), "dataset=d"), new Path(workspace.splits(), "dataset=d")),
          Optional.of(manifest("new")));
      return true;
    } catch (IOException | UncheckedIOException e) {
      assertThat(e).hasMessageContaining("ended");
      return false;
    } finally {
      ForeignFileSystem.recover();
    }
  }

  private static Manifest manifest(String fingerprint) {
    return Manifest.of(
        "prepare", "d", fingerprint, Instant.now(), Map.of(), Map.of(), Map.of(), Map.of());
  }

  private void write(Workspace workspace, Map<String, String> files) throws IOException {
    for (Map.Entry<String, String> file : files.entrySet()) {
      if (file.getKey().equals("manifest")) {
        manifest(file.getValue()).write(conf, workspace.prepareManifest("d"));
      } else {
        WholeFile.writeText(conf, new Path(workspace.root(), file.getKey()), file.getValue());
      }
    }
  }

  private Map<String, String> state(Workspace workspace) throws IOException {
    Map<String, String> state = new TreeMap<>();
    for (String table : List.of("labels", "splits")) {
      for (Path file : files(new Path(workspace.root(), table))) {
        state.put(
            file.toUri().getPath().replaceFirst(".*/(" + table + "/)", "$1"),
            WholeFile.readText(conf, file));
      }
    }
    Manifest.read(conf, workspace.prepareManifest("d"))
        .ifPresent(manifest -> state.put("manifest", manifest.fingerprint()));
    return state;
  }

  private List<Path> files(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    FileSystem fs = folder.getFileSystem(conf);
    if (fs.exists(folder)) {
      RemoteIterator<LocatedFileStatus> all = fs.listFiles(folder, true);
      while (all.hasNext()) {
        files.add(all.next().getPath());
      }
    }
    return files;
  }
}
