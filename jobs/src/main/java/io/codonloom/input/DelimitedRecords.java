package io.codonloom.input;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * The rows of CSV or TSV, a header's included. Blank lines are none.
 *
 * <p>A field may hold line breaks where the lines of a file are read from the first on. Lines that
 * together are a row with its quotes in order are that row; otherwise the first of them is
 * malformed, alone, and the next is looked at by itself: a stray quote swallows no rows.
 */
final class DelimitedRecords implements PieceRecords {
  /** The most characters that a row of several lines may have, so that memory is bounded. */
  static final int LONGEST_OF_SEVERAL_LINES = 1 << 20;

  private record Line(long start, String text, LineState state) {}

  private final LineReader lines;
  private final long end;
  private final String comment;
  private final DelimitedLine cut;
  private final Deque<Line> again = new ArrayDeque<>();
  private boolean joins = true;
  private int width = -1;
  private int[] positions = {};
  private String[] otherwise = {};

  private long start;
  private String text;
  private LineState state;

  /**
   * @param end of the piece: a row that begins there or later is no part of it
   * @param comment what lines that are no rows begin with; null if there are none
   */
  DelimitedRecords(LineReader lines, long end, char separator, String comment) {
    this.lines = lines;
    this.end = end;
    this.comment = comment;
    this.cut = new DelimitedLine(separator);
  }

  /**
   * What rows are from here on. Before, they have any number of fields and of lines.
   *
   * @param fields how many a row has
   * @param wanted the positions of those that {@link #row} is to have
   * @param ofPath what stands for a wanted field whose position is −1
   * @param ofLines whether a row may have several lines, which are read from the file's first on
   */
  void expect(int fields, int[] wanted, String[] ofPath, boolean ofLines) {
    width = fields;
    positions = wanted;
    otherwise = ofPath;
    joins = ofLines;
  }

  @Override
  public boolean next() throws IOException {
    while (pull() && start < end) {
      if ((text.isBlank() && state == LineState.PLAIN)
          || (comment != null && text.startsWith(comment))) {
        continue;
      }
      cut.read(text);
      if (joins && cut.quotes() == LineState.OPEN_QUOTE) {
        joinLines();
      }
      return true;
    }
    return false;
  }

  private boolean pull() throws IOException {
    Line known = again.poll();
    if (known == null) {
      if (!lines.next()) {
        return false;
      }
      start = lines.start();
      text = lines.text();
      state = lines.state();
    } else {
      start = known.start;
      text = known.text;
      state = known.state;
    }
    return true;
  }

  private void joinLines() throws IOException {
    Line first = new Line(start, text, state);
    List<Line> others = new ArrayList<>();
    int length = first.text.length();
    boolean readable = true;
    while (readable
        && cut.quotes() == LineState.OPEN_QUOTE
        && length <= LONGEST_OF_SEVERAL_LINES
        && pull()) {
      others.add(new Line(start, text, state));
      length += text.length();
      readable = !state.isUnreadable();
      if (readable) {
        cut.append(text);
      }
    }
    if (cut.isBroken() || (width >= 0 && cut.size() != width)) {
      for (int i = others.size() - 1; i >= 0; i--) {
        again.addFirst(others.get(i));
      }
      cut.read(first.text);
    }
    start = first.start;
    text = first.text;
    state = first.state;
  }

  /** The fields of the row. */
  List<String> fields() {
    return cut.fields();
  }

  /** Why it is no row; null if it is one. */
  String malformed() {
    if (cut.quotes() == LineState.OPEN_QUOTE) {
      return "a quote is not closed";
    }
    if (cut.isBroken()) {
      return "there is text behind a closing quote";
    }
    return width < 0 || cut.size() == width ? null : cut.size() + " fields of " + width;
  }

  LineState state() {
    return joins || state.isUnreadable() ? state : cut.quotes();
  }

  @Override
  public Row row(long block, long index) {
    String[] fields = new String[positions.length];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = positions[i] < 0 ? otherwise[i] : cut.field(positions[i]);
    }
    return Rows.input(block, index, malformed(), state(), fields);
  }
}
