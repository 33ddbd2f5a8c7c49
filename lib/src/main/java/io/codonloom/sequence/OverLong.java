package io.codonloom.sequence;

/** What happens to a sequence that is longer than an encoder reads. */
public enum OverLong {
  /** The row is refused. */
  REJECT,
  /** The encoder reads the first codons only; the others have no vector in this modality. */
  TRUNCATE,
  /** The encoder reads overlapping windows; where they overlap, the vectors are averaged. */
  WINDOW,
  /** The job stops. */
  FAIL
}
