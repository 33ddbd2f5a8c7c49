package io.codonloom.workspace;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.codonloom.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Puts a dataset's new tables in the place of the former ones. They are written to a workspace of
 * their own, {@code _prepare/DATASET/new}, and stay there until all are whole; then {@code
 * publish.json} says what is to be moved where. Before that file the former tables are as they
 * were; after it whoever comes next ends what was begun, file by file, so that neither a rename of
 * folders nor several at once are needed. The manifest is written last.
 */
public final class Publication {
  private final Configuration conf;
  private final Workspace workspace;
  private final Path folder;
  private final Path manifestFile;

  /**
   * What is to be done, with paths relative to the workspace.
   *
   * @param replaced folders that are to hold nothing but new files
   * @param files the new ones
   * @param manifest of the dataset; null: there is none afterwards either
   */
  private record Plan(List<String> replaced, List<String> files, Manifest manifest) {}

  /** Of a dataset. */
  public Publication(Configuration conf, Workspace workspace, String dataset) {
    this.conf = conf;
    this.workspace = workspace;
    this.folder = workspace.preparing(dataset);
    this.manifestFile = workspace.prepareManifest(dataset);
  }

  /** Where the new tables are written. */
  public Workspace staging() {
    return new Workspace(new Path(folder, "new").toString());
  }

  /**
   * A folder for rows on their way to the tables. It is of this call alone: a task that outlives
   * its job can put nothing into what a later job reads.
   */
  public Path working() {
    return new Path(workingRoot(), UUID.randomUUID().toString());
  }

  private Path workingRoot() {
    return new Path(folder, "checked");
  }

  private Path planFile() {
    return new Path(folder, "publish.json");
  }

  /** Whether a job was cut off while it moved tables: what lies in their places is of two minds. */
  public boolean isHalfDone() throws IOException {
    return fs().exists(planFile());
  }

  /**
   * Ends what another job has begun, if there is anything.
   *
   * @throws UserException if a job is at it
   */
  public void repair() throws IOException {
    if (isHalfDone()) {
      try (FolderLock lock = FolderLock.take(conf, folder)) {
        finish(lock);
      }
    }
  }

  /** The same by who has the lock of the folder; what an unfinished job has written goes. */
  public void prepare(FolderLock lock) throws IOException {
    finish(lock);
    discard();
    lock.removeUnfinished(folder);
    lock.removeUnfinished(manifestFile);
  }

  /** Forgets the new tables, and the rows on their way to them. */
  public void discard() throws IOException {
    fs().delete(workingRoot(), true);
    fs().delete(new Path(staging().root()), true);
  }

  /**
   * Moves everything that was written to {@link #staging} to its place.
   *
   * @param replaced folders of the workspace that are to hold nothing else
   * @param manifest if the dataset is prepared then
   */
  public void publish(FolderLock lock, List<Path> replaced, Optional<Manifest> manifest)
      throws IOException {
    List<String> files = new ArrayList<>();
    Path root = fs().makeQualified(new Path(staging().root()));
    if (fs().exists(root)) {
      for (Path file : files(root)) {
        files.add(relative(root, file));
      }
    }
    Path home = fs().makeQualified(new Path(workspace.root()));
    Plan plan =
        new Plan(
            replaced.stream().map(path -> relative(home, fs(path).makeQualified(path))).toList(),
            files,
            manifest.orElse(null));
    lock.requireHeld();
    WholeFile.writeText(conf, planFile(), Manifest.JSON.writeValueAsString(plan) + "\n");
    finish(lock);
  }

  private void finish(FolderLock lock) throws IOException {
    if (!isHalfDone()) {
      return;
    }
    Plan plan = plan();
    Set<String> wanted = new HashSet<>(plan.files());
    Path home = fs().makeQualified(new Path(workspace.root()));
    for (String replaced : plan.replaced()) {
      lock.requireHeld();
      clear(home, new Path(home, replaced), wanted);
    }
    lock.requireHeld();
    plan.files().parallelStream()
        .forEach(file -> move(new Path(staging().root(), file), new Path(home, file)));
    lock.requireHeld();
    if (plan.manifest() != null) {
      plan.manifest().write(conf, manifestFile);
    } else {
      delete(manifestFile);
    }
    delete(planFile());
    discard();
  }

  private Plan plan() throws IOException {
    try {
      return Manifest.JSON.readValue(WholeFile.readText(conf, planFile()), Plan.class);
    } catch (JsonProcessingException e) {
      throw new UserException(planFile() + " is damaged: delete it and run prepare again", e);
    }
  }

  /** Deletes all but the wanted files, and folders that are to have none. */
  private void clear(Path home, Path place, Set<String> wanted) throws IOException {
    if (wanted.stream().noneMatch(file -> file.startsWith(relative(home, place) + "/"))) {
      fs().delete(place, true);
    } else if (fs().exists(place)) {
      for (FileStatus status : fs().listStatus(place)) {
        if (status.isDirectory()) {
          clear(home, status.getPath(), wanted);
        } else if (!wanted.contains(relative(home, status.getPath()))) {
          delete(status.getPath());
        }
      }
    }
  }

  private void move(Path from, Path to) {
    try {
      if (fs().exists(from)) {
        fs().mkdirs(to.getParent());
        fs().delete(to, false);
        if (!fs().rename(from, to)) {
          throw new IOException(from + " cannot be moved to " + to);
        }
      } else if (!fs().exists(to)) {
        throw new UserException(
            "%s is gone: delete %s and run prepare again".formatted(from, planFile()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void delete(Path file) {
    try {
      fs().delete(file, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Path> files(Path below) throws IOException {
    List<Path> files = new ArrayList<>();
    RemoteIterator<LocatedFileStatus> all = fs().listFiles(below, true);
    while (all.hasNext()) {
      files.add(all.next().getPath());
    }
    return files;
  }

  private static String relative(Path root, Path inside) {
    return inside.toString().substring(root.toString().length() + 1);
  }

  private FileSystem fs() {
    return fs(folder);
  }

  private FileSystem fs(Path path) {
    try {
      return path.getFileSystem(conf);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
