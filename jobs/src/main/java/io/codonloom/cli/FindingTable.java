package io.codonloom.cli;

import io.codonloom.job.doctor.Finding;
import io.codonloom.job.doctor.Finding.State;
import java.util.List;
import java.util.Locale;

/** Findings in columns, for a terminal: check, state, what was found; below it what to do. */
final class FindingTable {
  private static final int STATE_WIDTH = 7;

  private FindingTable() {}

  static String of(List<Finding> findings) {
    int width = findings.stream().mapToInt(f -> f.check().length()).max().orElse(1);
    String line = "  %-" + width + "s  %-" + STATE_WIDTH + "s  %s\n";
    StringBuilder text = new StringBuilder();
    for (Finding finding : findings) {
      String state = finding.state().name().toLowerCase(Locale.ROOT);
      text.append(line.formatted(finding.check(), state, finding.found()));
      if (!finding.advice().isEmpty()) {
        text.append(line.formatted("", "", "→ " + finding.advice()));
      }
    }
    return text.append(summary(findings)).append('\n').toString();
  }

  private static String summary(List<Finding> findings) {
    long problems = count(findings, State.PROBLEM);
    long warnings = count(findings, State.WARNING);
    return problems + warnings == 0
        ? "everything works"
        : String.format(Locale.ROOT, "problems: %d, warnings: %d", problems, warnings);
  }

  private static long count(List<Finding> findings, State state) {
    return findings.stream().filter(f -> f.state() == state).count();
  }
}
