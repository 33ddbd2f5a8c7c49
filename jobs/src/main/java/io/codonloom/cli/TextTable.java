package io.codonloom.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lines of cells in columns, for a terminal: the first column to the left, the others right. */
public final class TextTable {
  private final List<List<String>> lines = new ArrayList<>();

  /** Adds a line; it may have fewer cells than others. */
  public TextTable line(List<String> cells) {
    lines.add(List.copyOf(cells));
    return this;
  }

  /** The lines, each ended, indented and with two spaces between columns. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      for (int i = 0; i < line.size(); i++) {
        String format = (i == 0 ? "%-" : "%") + width(i) + "s";
        text.append("  ").append(String.format(Locale.ROOT, format, line.get(i)));
      }
      text.append('\n');
    }
    return text.toString();
  }

  private int width(int column) {
    return lines.stream()
        .filter(line -> line.size() > column)
        .mapToInt(line -> Math.max(1, line.get(column).length()))
        .max()
        .orElse(1);
  }
}
