package io.codonloom.workspace;

import java.io.Serializable;
import org.apache.hadoop.fs.Path;

/**
 * Where each table of a workspace lies.
 *
 * @param root an absolute URI of any file system that Hadoop reads
 */
public record Workspace(String root) implements Serializable {

  /** The coding sequences, partitioned by modality and dataset. */
  public Path sequences() {
    return path("sequences");
  }

  /** The measurements, partitioned by dataset. */
  public Path labels() {
    return path("labels");
  }

  /** Each measurement's part, partitioned by dataset and split. */
  public Path splits() {
    return path("splits");
  }

  /** The refused input rows, partitioned by dataset. */
  public Path rejects() {
    return path("rejects");
  }

  /** Where a dataset is prepared before its tables take their places; also the folder to lock. */
  public Path preparing(String dataset) {
    return path("_prepare/" + dataset);
  }

  /** The record of a dataset's last complete {@code prepare}. */
  public Path prepareManifest(String dataset) {
    return path("manifests/prepare-" + dataset + ".json");
  }

  /** The record of a store's last complete {@code embed}. */
  public Path embedManifest(String store) {
    return path("manifests/embed-" + store + ".json");
  }

  /** A store of embeddings. */
  public Path embeddings(String store) {
    return path("embeddings/" + store);
  }

  /** Everything about one training. */
  public Path run(String run) {
    return path("runs/" + run);
  }

  /** The record of a complete training. */
  public Path runManifest(String run) {
    return new Path(run(run), "manifest.json");
  }

  /** The record of a run's report. */
  public Path reportManifest(String run) {
    return new Path(run(run), "report.json");
  }

  private Path path(String relative) {
    return new Path(root, relative);
  }
}
