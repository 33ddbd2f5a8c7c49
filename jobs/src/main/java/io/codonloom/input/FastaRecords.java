package io.codonloom.input;

import java.io.IOException;
import org.apache.spark.sql.Row;

/**
 * The records of FASTA: one begins at each line that starts with {@code >}. The id is the first
 * word of that line, the sequence all lines up to the next record, joined; lines that start with
 * {@code ;} are comments.
 */
final class FastaRecords implements PieceRecords {
  private static final String TITLE = ">";
  private static final String COMMENT = ";";

  private final LineReader lines;
  private final long end;
  private boolean atTitle;
  private String title;
  private final StringBuilder sequence = new StringBuilder();
  private LineState state;

  /**
   * @param end of the piece: a record that begins there or later is no part of it
   */
  FastaRecords(LineReader lines, long end) {
    this.lines = lines;
    this.end = end;
  }

  @Override
  public boolean next() throws IOException {
    while (!atTitle) {
      if (!lines.next() || lines.start() >= end) {
        return false;
      }
      atTitle = isTitle(lines.text());
    }
    if (lines.start() >= end) {
      return false;
    }
    title = lines.text();
    state = lines.state();
    sequence.setLength(0);
    atTitle = false;
    while (!atTitle && lines.next()) {
      atTitle = isTitle(lines.text());
      if (!atTitle) {
        state = state.and(lines.state());
        add(lines.text());
      }
    }
    return true;
  }

  private void add(String line) {
    if (sequence.length() + line.length() > LineReader.MAX_LENGTH) {
      state = state.and(LineState.TOO_LONG);
    } else if (!line.startsWith(COMMENT)) {
      sequence.append(line.strip());
    }
  }

  /** Whether a record begins there. */
  static boolean isTitle(String line) {
    return line.startsWith(TITLE);
  }

  /** Whether a file can begin with such a line. */
  static boolean canBegin(String line) {
    return line.isBlank() || line.startsWith(COMMENT) || line.startsWith(TITLE);
  }

  /** The id; null if there is none. */
  String id() {
    String id = title.substring(TITLE.length()).strip().split("\\s", 2)[0];
    return id.isEmpty() ? null : id;
  }

  String sequence() {
    return sequence.toString();
  }

  @Override
  public Row row(long block, long index) {
    return Rows.input(block, index, null, state, new String[] {id(), sequence()});
  }
}
