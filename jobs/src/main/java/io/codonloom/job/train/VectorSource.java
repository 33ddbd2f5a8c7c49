package io.codonloom.job.train;

import io.codonloom.fusion.Features;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.sequence.Modality;
import io.codonloom.workspace.ModalityColumns;
import io.codonloom.workspace.Workspace;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Where a training's codon vectors come from: a store, or the sequences' own letters. */
interface VectorSource {

  /**
   * What an executor needs to find vectors.
   *
   * @param store the store's folder; empty where there is none
   * @param storeId what names the store's files on a machine: its content's fingerprint
   * @param shards the names of all shards that occur, sorted; none without a store
   * @param dims features per codon
   */
  record Place(
      String store,
      String storeId,
      Map<Modality, List<String>> shards,
      TreeMap<Modality, Integer> dims) {}

  /** The source that a network reads. */
  static VectorSource of(
      FusionSettings network,
      SparkSession spark,
      Workspace workspace,
      String dataset,
      String store) {
    return network.features() == Features.ONE_HOT
        ? new LetterVectors(spark, workspace, dataset)
        : new StoredVectors(spark, workspace, dataset, store);
  }

  /** What it is, for a message. */
  String name();

  /**
   * The fingerprints of what it reads, by the stage that wrote it.
   *
   * @throws io.codonloom.UserException if a stage before the training is missing
   */
  Map<String, String> fingerprints() throws IOException;

  /** The column of {@link #located} that says by content what is read. */
  String input(Modality modality);

  /** The modalities that it has. */
  SortedSet<Modality> modalities();

  /**
   * For the dataset's sequences, {@code sequence_id}, {@link ModalityColumns#codons} (null where it
   * has no vectors) and the columns by which an executor finds their vectors.
   */
  Dataset<Row> located(Modality modality);

  /** Which rows have no vectors in that modality, though nothing was set aside. */
  Column lacks(Modality modality);

  /** What is to be done about such rows. */
  String remedy(Modality modality);

  /** The rows without those that have an input which was set aside. */
  Dataset<Row> withoutQuarantined(Dataset<Row> rows, SortedSet<Modality> modalities)
      throws IOException;

  /** What an executor needs for a table of rows. */
  Place place(Dataset<Row> table, SortedSet<Modality> modalities) throws IOException;

  /** For each modality what makes its vectors, flat; empty where no encoder does. */
  Map<String, Map<String, String>> encoders(SortedSet<Modality> modalities) throws IOException;
}
