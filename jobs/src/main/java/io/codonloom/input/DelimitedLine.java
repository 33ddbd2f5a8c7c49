package io.codonloom.input;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts lines of CSV or TSV into fields as RFC 4180 says, one line at a time. A field that starts
 * with a quote ends at the next single one; two in a row stand for one. Anywhere else a quote is a
 * character like others, but it is told: it may be the end of a field that an earlier line opened.
 * A record of several lines is read line by line.
 */
final class DelimitedLine {
  private static final char QUOTE = '"';

  private final char separator;
  private final List<String> fields = new ArrayList<>();
  private final StringBuilder unfinished = new StringBuilder();
  private LineState quotes = LineState.PLAIN;
  private boolean broken;
  private int nextQuote;

  DelimitedLine(char separator) {
    this.separator = separator;
  }

  /** Cuts a line, in place of the one before. */
  void read(String line) {
    fields.clear();
    unfinished.setLength(0);
    broken = false;
    quotes = LineState.PLAIN;
    nextQuote = endOf(line, QUOTE, 0);
    cut(line, 0);
  }

  /** Goes on with the next line of a record whose last quote is open. */
  void append(String line) {
    fields.remove(fields.size() - 1);
    unfinished.append('\n');
    quotes = LineState.PLAIN;
    nextQuote = endOf(line, QUOTE, 0);
    cut(line, 1 + quoted(line, 0));
  }

  private void cut(String line, int from) {
    int start = from;
    while (start <= line.length()) {
      boolean quoted = start < line.length() && line.charAt(start) == QUOTE;
      start = 1 + (quoted ? quoted(line, start + 1) : plain(line, start));
    }
  }

  /** Takes the field that starts there. Returns where its separator is, or the line's end. */
  private int plain(String line, int start) {
    int end = endOf(line, separator, start);
    if (nextQuote < start) {
      nextQuote = endOf(line, QUOTE, start);
    }
    if (nextQuote < end) {
      quotes = quotes.and(LineState.STRAY_QUOTE);
    }
    fields.add(line.substring(start, end));
    return end;
  }

  /** The same for a field whose text starts there, behind its opening quote. */
  private int quoted(String line, int start) {
    int close = line.indexOf(QUOTE, start);
    while (close >= 0 && close + 1 < line.length() && line.charAt(close + 1) == QUOTE) {
      close = line.indexOf(QUOTE, close + 2);
    }
    if (close < 0) {
      quotes = LineState.OPEN_QUOTE;
      unfinished.append(unescaped(line.substring(start)));
      fields.add("");
      return line.length();
    }
    int end = endOf(line, separator, close + 1);
    if (!line.substring(close + 1, end).isBlank()) {
      quotes = quotes.and(LineState.STRAY_QUOTE);
      broken = true;
    }
    String text = unescaped(line.substring(start, close));
    if (!unfinished.isEmpty()) {
      text = unfinished.append(text).toString();
      unfinished.setLength(0);
    }
    fields.add(text);
    return end;
  }

  private static int endOf(String line, char mark, int from) {
    int end = line.indexOf(mark, from);
    return end < 0 ? line.length() : end;
  }

  private static String unescaped(String text) {
    return text.indexOf(QUOTE) < 0 ? text : text.replace("\"\"", "\"");
  }

  /** How many fields the line has: one more than separators outside quotes. */
  int size() {
    return fields.size();
  }

  /** A field's text without its quotes; null if it is empty, or the line has not that many. */
  String field(int position) {
    if (position < 0 || position >= fields.size()) {
      return null;
    }
    boolean open = quotes == LineState.OPEN_QUOTE && position == fields.size() - 1;
    String text = open ? unfinished.toString() : fields.get(position);
    return text.isEmpty() ? null : text;
  }

  List<String> fields() {
    return List.copyOf(fields);
  }

  /** {@link LineState#PLAIN}, or what is odd about the quotes. */
  LineState quotes() {
    return quotes;
  }

  /** Whether its quotes say that the line is no row, however many fields it has. */
  boolean isBroken() {
    return broken || quotes == LineState.OPEN_QUOTE;
  }
}
