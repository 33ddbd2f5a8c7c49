package io.codonloom.input;

import java.io.IOException;
import org.apache.spark.sql.Row;

/** The records that begin in one piece of a text file. */
interface PieceRecords {
  /** Moves on to the next record; false if there is none. */
  boolean next() throws IOException;

  /** The record as a row of {@link InputTable#SCHEMA}. */
  Row row(long block, long index);
}
