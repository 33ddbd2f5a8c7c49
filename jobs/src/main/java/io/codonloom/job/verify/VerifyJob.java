package io.codonloom.job.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.codonloom.UserException;
import io.codonloom.job.TaskProgress;
import io.codonloom.job.prepare.PrepareCounts;
import io.codonloom.sequence.Modality;
import io.codonloom.workspace.CodeTables;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.Publication;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableWriter;
import io.codonloom.workspace.Workspace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Reads a dataset's tables, a store and all finished runs of a workspace from the first to the last
 * byte, recomputes their checksums and counts, and says what is not as it was written. Changes
 * nothing.
 */
public final class VerifyJob {
  private final SparkSession spark;
  private final Workspace workspace;
  private final String dataset;
  private final String store;

  public VerifyJob(SparkSession spark, Workspace workspace, String dataset, String store) {
    this.spark = spark;
    this.workspace = workspace;
    this.dataset = dataset;
    this.store = store;
  }

  /**
   * Checks what is there.
   *
   * @throws UserException if there is nothing at all to check
   */
  public Verification run() throws IOException {
    TaskProgress progress = TaskProgress.watch(spark.sparkContext(), "verify");
    try {
      List<Checked> tables = new ArrayList<>(prepared());
      if (exists(workspace.embeddings(store)) || exists(workspace.embedManifest(store))) {
        tables.add(new StoreCheck(spark, workspace, store).run());
      }
      for (String run : runs()) {
        new RunCheck(spark, workspace, run).run().ifPresent(tables::add);
      }
      if (tables.isEmpty()) {
        throw new UserException(
            "workspace %s holds neither dataset %s nor store %s: there is nothing to verify"
                .formatted(workspace.root(), dataset, store));
      }
      return new Verification(List.copyOf(tables));
    } finally {
      progress.close();
    }
  }

  private List<Checked> prepared() throws IOException {
    Path file = workspace.prepareManifest(dataset);
    Findings findings = new Findings("manifests");
    if (new Publication(conf(), workspace, dataset).isHalfDone()) {
      findings.problem(
          workspace.preparing(dataset),
          "a prepare was cut off while it moved its tables to their places",
          "run prepare, which ends it");
      return List.of(findings.checked());
    }
    try {
      Optional<Manifest> manifest = Manifest.read(conf(), file);
      if (manifest.isPresent()) {
        Optional<String> outdated = CodeTables.outdated(manifest.get());
        if (outdated.isPresent()) {
          findings.problem(file, outdated.get(), "run prepare again");
          return List.of(findings.checked());
        }
        PrepareCounts counts =
            Manifest.JSON.treeToValue(manifest.get().counts(), PrepareCounts.class);
        return new DatasetCheck(spark, workspace, dataset, counts).run();
      }
      if (!isStarted()) {
        return List.of();
      }
      findings.problem(file, "it is missing: the last prepare did not end", "run prepare");
    } catch (UserException | JsonProcessingException e) {
      findings.problem(file, "it is damaged", "delete it and run prepare");
    }
    return List.of(findings.checked());
  }

  /** Whether any table has a part of the dataset; others may share the workspace. */
  private boolean isStarted() throws IOException {
    List<Path> tables = new ArrayList<>(List.of(workspace.labels(), workspace.splits()));
    for (Modality modality : Modality.values()) {
      tables.add(
          TableWriter.partition(workspace.sequences(), TableColumns.MODALITY, modality.id()));
    }
    for (Path table : tables) {
      if (exists(TableWriter.partition(table, TableColumns.DATASET, dataset))) {
        return true;
      }
    }
    return false;
  }

  private List<String> runs() throws IOException {
    Path folder = workspace.run("any").getParent();
    if (!exists(folder)) {
      return List.of();
    }
    return Arrays.stream(fs(folder).listStatus(folder))
        .filter(FileStatus::isDirectory)
        .map(status -> status.getPath().getName())
        .sorted(Comparator.naturalOrder())
        .toList();
  }

  private boolean exists(Path path) throws IOException {
    return fs(path).exists(path);
  }

  private FileSystem fs(Path path) throws IOException {
    return path.getFileSystem(conf());
  }

  private Configuration conf() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
