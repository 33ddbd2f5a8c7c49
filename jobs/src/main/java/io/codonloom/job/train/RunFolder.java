package io.codonloom.job.train;

import io.codonloom.table.CodeVersion;
import io.codonloom.table.Fingerprint;
import io.codonloom.table.LocalCopy;
import io.codonloom.table.Manifest;
import io.codonloom.table.WholeFile;
import io.codonloom.training.TrainingState;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The folder of a run. While the training goes on it holds {@code state.safetensors}, the state
 * after the last finished epoch; each replaces the one before, whole or not at all.
 */
final class RunFolder {
  private final Configuration conf;
  private final Path folder;
  private final String fingerprint;

  /**
   * @param fingerprint of all settings and inputs of the training
   */
  RunFolder(Configuration conf, Path folder, String fingerprint) {
    this.conf = conf;
    this.folder = folder;
    // Another version may lay out a network's parameters differently.
    this.fingerprint = Fingerprint.of(CodeVersion.current(), fingerprint);
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

  private Path stateFile() {
    return file("state.safetensors");
  }

  /** The state that an earlier, interrupted call left, if it was of the very same training. */
  Optional<TrainingState> state() throws IOException {
    if (!stateFile().getFileSystem(conf).exists(stateFile())) {
      return Optional.empty();
    }
    return Optional.of(LocalCopy.read(conf, stateFile(), TrainingState::read))
        .filter(state -> state.facts().fingerprint().equals(fingerprint));
  }

  void save(TrainingState state) throws IOException {
    WholeFile.write(conf, stateFile(), state::write);
  }

  /** Forgets the state: the run is complete. */
  void deleteState() throws IOException {
    stateFile().getFileSystem(conf).delete(stateFile(), false);
  }

  /** Deletes everything, the manifest first: without it nothing takes the rest for a result. */
  void clear(Path manifest) throws IOException {
    manifest.getFileSystem(conf).delete(manifest, false);
    folder.getFileSystem(conf).delete(folder, true);
  }

  /** Writes a file of JSON whole. */
  void writeJson(String name, Object content) throws IOException {
    WholeFile.writeText(conf, file(name), Manifest.JSON.writeValueAsString(content) + "\n");
  }
}
