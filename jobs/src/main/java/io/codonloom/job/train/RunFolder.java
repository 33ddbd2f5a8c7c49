package io.codonloom.job.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.codonloom.UserException;
import io.codonloom.training.TrainingState;
import io.codonloom.workspace.CodeVersion;
import io.codonloom.workspace.Fingerprint;
import io.codonloom.workspace.FolderLock;
import io.codonloom.workspace.LocalCopy;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.WholeFile;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of a run. While the training goes on it holds {@code state.safetensors}, the state
 * after the last finished epoch; each replaces the one before, whole or not at all.
 */
final class RunFolder {
  private static final Logger LOG = LoggerFactory.getLogger(RunFolder.class);

  /** All that a training and its report leave. */
  private static final Set<String> OWN =
      Set.of(
          FolderLock.NAME,
          "examples",
          "history.json",
          "last-good.safetensors",
          "manifest.json",
          "metrics.json",
          "model.safetensors",
          "predictions",
          "report.html",
          "report.json",
          "state.safetensors");

  private final Configuration conf;
  private final Path folder;
  private final String fingerprint;
  private FolderLock lock;

  /**
   * @param fingerprint of all settings and inputs of the training
   */
  RunFolder(Configuration conf, Path folder, String fingerprint) {
    this.conf = conf;
    this.folder = folder;
    // Another version may lay out a network's parameters differently.
    this.fingerprint = Fingerprint.of(CodeVersion.current(), fingerprint);
  }

  /** The name of the run. */
  String name() {
    return folder.getName();
  }

  /**
   * Takes the right to write here, which is checked from then on with every file.
   *
   * @throws UserException if another job trains this run
   */
  FolderLock lock() throws IOException {
    lock = FolderLock.take(conf, folder);
    lock.removeUnfinished(folder);
    return lock;
  }

  /**
   * Makes sure that nothing else lies here than what a training leaves.
   *
   * @throws UserException if something does
   */
  void requireOwn() throws IOException {
    FileSystem files = folder.getFileSystem(conf);
    if (!files.exists(folder)) {
      return;
    }
    for (FileStatus file : files.listStatus(folder)) {
      String name = file.getPath().getName();
      if (!name.startsWith(".") && !OWN.contains(name)) {
        throw new UserException(
            "%s holds %s, which no training wrote: move it away, or name the run anew (--set train.run=NAME)"
                .formatted(folder, name));
      }
    }
    Optional<Manifest> manifest = Manifest.read(conf, file("manifest.json"));
    if (manifest.isPresent() && !manifest.get().stage().equals("train")) {
      throw new UserException(
          "%s holds what %s wrote: move it away, or name the run anew (--set train.run=NAME)"
              .formatted(folder, manifest.get().stage()));
    }
  }

  /** What states of this training carry. */
  String fingerprint() {
    return fingerprint;
  }

  Path file(String name) {
    return new Path(folder, name);
  }

  /** Where the rows of the training lie. */
  Path examples() {
    return file("examples");
  }

  /** Where the model of the best epoch goes if a bad loss ends the training. */
  Path lastGoodModel() {
    return file("last-good.safetensors");
  }

  private Path stateFile() {
    return file("state.safetensors");
  }

  /** The state that an earlier, interrupted call left, if it was of the very same training. */
  Optional<TrainingState> state() throws IOException {
    if (!stateFile().getFileSystem(conf).exists(stateFile())) {
      return Optional.empty();
    }
    TrainingState state = LocalCopy.read(conf, stateFile(), TrainingState::read);
    if (!state.facts().fingerprint().equals(fingerprint)) {
      LOG.warn(
          "train {}: was interrupted after epoch {} with other settings, inputs or another version, and starts anew",
          name(),
          state.facts().history().size());
      return Optional.empty();
    }
    return Optional.of(state);
  }

  void save(TrainingState state) throws IOException {
    write(stateFile(), state::write);
  }

  /** Forgets the state: the run is complete. */
  void deleteState() throws IOException {
    stateFile().getFileSystem(conf).delete(stateFile(), false);
  }

  /**
   * Deletes everything but the lock, the manifest first: without it nothing takes the rest for a
   * result.
   */
  void clear(Path manifest) throws IOException {
    FileSystem files = folder.getFileSystem(conf);
    files.delete(manifest, false);
    deleteState(); // Before the rows that it belongs to.
    for (FileStatus file : files.listStatus(folder)) {
      if (!file.getPath().getName().equals(FolderLock.NAME)) {
        files.delete(file.getPath(), true);
      }
    }
  }

  /** SHA-256 of the result's files, by name; the tables' files have checksums of their own. */
  Map<String, String> checksums() throws IOException {
    Map<String, String> checksums = new TreeMap<>();
    for (String name : List.of("history.json", "metrics.json", "model.safetensors")) {
      checksums.put(name, Fingerprint.ofFile(conf, file(name)));
    }
    return checksums;
  }

  /** Writes a file of JSON whole. */
  void writeJson(String name, Object content) throws IOException {
    byte[] json = (Manifest.JSON.writeValueAsString(content) + "\n").getBytes(UTF_8);
    write(file(name), out -> out.write(json));
  }

  /**
   * Writes a file whole.
   *
   * @throws UserException if another job has taken the run over
   */
  void write(Path file, WholeFile.Content content) throws IOException {
    WholeFile.write(
        conf,
        file,
        out -> {
          content.writeTo(out);
          lock.requireHeld(); // as late as can be: writing may have taken long
        });
  }
}
