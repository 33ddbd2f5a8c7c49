package io.codonloom.config;

/** The format of the input files. */
public enum InputFormat {
  /** By the file name's ending. */
  AUTO,
  CSV,
  TSV,
  FASTA,
  PARQUET
}
