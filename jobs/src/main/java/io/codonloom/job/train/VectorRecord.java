package io.codonloom.job.train;

import io.codonloom.embedding.CodonVectors;
import io.codonloom.sequence.Modality;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.example.data.Group;

/** What a machine's file of rows holds for one modality of a row, and how that becomes vectors. */
interface VectorRecord {
  /** Bytes that go before all records, for what has no fixed length. */
  interface Texts {
    /** Adds bytes and gives where they begin in the file. */
    long add(byte[] bytes) throws IOException;
  }

  /** How many bytes a record has. */
  int bytes();

  /** Writes the record from the buffer's position on. */
  void write(Group row, Modality modality, ByteBuffer record, Texts texts) throws IOException;

  /**
   * The vectors of a record, or null if the store has lost them.
   *
   * @param file the whole file
   * @param at where the record begins
   */
  CodonVectors read(Modality modality, ByteBuffer file, int at);
}
