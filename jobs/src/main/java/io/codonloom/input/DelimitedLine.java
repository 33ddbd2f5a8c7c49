package io.codonloom.input;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts lines of CSV or TSV into fields as RFC 4180 says, one line at a time. A field that starts
 * with a quote ends at the next single one; two in a row stand for one. Anywhere else a quote is a
 * character like others, but it is told: it may be the end of a field that an earlier line opened.
 */
final class DelimitedLine {
  private static final char QUOTE = '"';

  private final char separator;
  private final List<String> fields = new ArrayList<>();
  private Quotes quotes = Quotes.NONE;
  private boolean broken;
  private int nextQuote;

  DelimitedLine(char separator) {
    this.separator = separator;
  }

  /** Cuts a line, in place of the one before. */
  void read(String line) {
    fields.clear();
    quotes = Quotes.NONE;
    broken = false;
    nextQuote = endOf(line, QUOTE, 0);
    int start = 0;
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
      quotes = quotes.and(Quotes.STRAY);
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
      quotes = Quotes.OPEN;
      fields.add(unescaped(line.substring(start)));
      return line.length();
    }
    int end = endOf(line, separator, close + 1);
    if (!line.substring(close + 1, end).isBlank()) {
      quotes = quotes.and(Quotes.STRAY);
      broken = true;
    }
    fields.add(unescaped(line.substring(start, close)));
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
    return position < 0 || position >= fields.size() || fields.get(position).isEmpty()
        ? null
        : fields.get(position);
  }

  List<String> fields() {
    return List.copyOf(fields);
  }

  Quotes quotes() {
    return quotes;
  }

  /** Whether its quotes say that the line is no row, however many fields it has. */
  boolean isBroken() {
    return broken || quotes == Quotes.OPEN;
  }
}
