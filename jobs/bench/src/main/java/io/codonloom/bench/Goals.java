package io.codonloom.bench;

import io.codonloom.cli.TextTable;
import java.util.List;
import java.util.Locale;

/** Ratios beside their goals. */
public final class Goals {
  private final TextTable lines = new TextTable().line(List.of("work", "measured", "goal", ""));

  /** A ratio that is to be so large or larger. */
  public void atLeast(String work, double measured, double goal) {
    add(work, measured, "≥ ", goal, measured >= goal);
  }

  /** A ratio that is to be so small or smaller. */
  public void atMost(String work, double measured, double goal) {
    add(work, measured, "≤ ", goal, measured <= goal);
  }

  private void add(String work, double measured, String bound, double goal, boolean met) {
    lines.line(List.of(work, ratio(measured), bound + ratio(goal), met ? "met" : "missed"));
  }

  private static String ratio(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** All of them, aligned. */
  public String table() {
    return lines.toString();
  }
}
