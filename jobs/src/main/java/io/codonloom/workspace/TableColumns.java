package io.codonloom.workspace;

/** Names of the columns of the workspace's tables. */
public final class TableColumns {
  /** Content hash of a coding sequence and its genetic code. */
  public static final String SEQUENCE_ID = "sequence_id";

  /** Content hash of what one encoder reads. */
  public static final String KEY = "key";

  /** What an encoder reads; in the rejects, the sequence as it was given. */
  public static final String SEQUENCE = "sequence";

  /** How many codons the text covers. */
  public static final String N_CODONS = "n_codons";

  /** A modality's id; a partition. */
  public static final String MODALITY = "modality";

  /** A dataset's name; a partition. */
  public static final String DATASET = "dataset";

  /** The name of a measurement. */
  public static final String ROW_ID = "row_id";

  /** A number, or the index of a class. */
  public static final String LABEL = "label";

  /** Further columns of the input, by name. */
  public static final String COVARIATES = "covariates";

  /** The name of a split's part. */
  public static final String PART = "part";

  /** A split's name; a partition. */
  public static final String SPLIT = "split";

  /** What a split keeps together: the row's sequence, group or family, or the row itself. */
  public static final String UNIT = "unit";

  /** How alike a row's protein is to the nearest of the training part, from 0 to 1. */
  public static final String NEAREST = "nearest";

  /** The number of a data row of the input, from 1. */
  public static final String ROW_NUMBER = "row_number";

  /** The ids of the rules that a row breaks. */
  public static final String REASONS = "reasons";

  /** Why an input has no embedding, or a row no prediction. */
  public static final String REASON = "reason";

  /** What a network says of a row: a number, or the index of a class. */
  public static final String PREDICTION = "prediction";

  /** The probabilities of all classes. */
  public static final String PROBABILITIES = "probabilities";

  /** The first offending nucleotide, from 0. */
  public static final String POSITION = "position";

  private TableColumns() {}
}
