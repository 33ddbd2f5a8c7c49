package io.codonloom.workspace;

import io.codonloom.sequence.Modality;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The table of what the encoders read: each distinct sequence of a dataset once for each modality.
 */
public final class SequencesTable {
  /** Its columns, those of the folders last. */
  public static final StructType SCHEMA =
      new StructType()
          .add(TableColumns.SEQUENCE_ID, DataTypes.StringType, false)
          .add(TableColumns.KEY, DataTypes.StringType, false)
          .add(TableColumns.SEQUENCE, DataTypes.StringType, false)
          .add(TableColumns.N_CODONS, DataTypes.IntegerType, false)
          .add(TableColumns.MODALITY, DataTypes.StringType, false)
          .add(TableColumns.DATASET, DataTypes.StringType, false);

  private SequencesTable() {}

  /**
   * The folder of a dataset's sequences in one modality.
   *
   * @param table of {@link Workspace#sequences}
   */
  public static Path folder(Path table, Modality modality, String dataset) {
    return TableWriter.partition(
        TableWriter.partition(table, TableColumns.MODALITY, modality.id()),
        TableColumns.DATASET,
        dataset);
  }
}
