package io.codonloom.input;

import io.codonloom.sequence.CodingRange;
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
  private final boolean cdsInHeader;
  private final boolean stripVersion;
  private boolean atTitle;
  private String title;
  private final StringBuilder sequence = new StringBuilder();
  private LineState state;

  /**
   * @param end of the piece: a record that begins there or later is no part of it
   * @param cdsInHeader whether records have two more fields, the ends of the coding part
   * @param stripVersion whether ids are given without their version
   */
  FastaRecords(LineReader lines, long end, boolean cdsInHeader, boolean stripVersion) {
    this.lines = lines;
    this.end = end;
    this.cdsInHeader = cdsInHeader;
    this.stripVersion = stripVersion;
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
    String id = title.substring(TITLE.length()).strip().split("\\s", 2)[0].strip();
    return id.isEmpty() ? null : stripVersion ? withoutVersion(id) : id;
  }

  /** {@code ENST00000123} of {@code ENST00000123.4}. */
  static String withoutVersion(String id) {
    return id.replaceFirst("(?<=.)\\.\\d+$", "");
  }

  String sequence() {
    return sequence.toString();
  }

  @Override
  public Row row(long block, long index) {
    String[] fields = {id(), sequence()};
    if (cdsInHeader) {
      String[] ends = CodingRange.inHeader(title);
      fields = new String[] {id(), sequence(), ends[0], ends[1]};
    }
    return Rows.input(block, index, null, state, fields);
  }
}
