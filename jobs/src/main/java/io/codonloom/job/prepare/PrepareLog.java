package io.codonloom.job.prepare;

import io.codonloom.config.Split;
import io.codonloom.input.InputFile;
import io.codonloom.job.prepare.PrepareCounts.OfModality;
import io.codonloom.job.prepare.PrepareCounts.OfSplit;
import io.codonloom.job.prepare.PrepareCounts.Shared;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The counts of a prepared dataset for people. */
final class PrepareLog {
  private PrepareLog() {}

  /** What there is to read. */
  static String start(String dataset, List<InputFile> files) {
    return String.format(
        Locale.ROOT,
        "prepare %s: reading %,d input %s, %,.1f MiB",
        dataset,
        files.size(),
        files.size() == 1 ? "file" : "files",
        files.stream().mapToLong(InputFile::length).sum() / (double) (1 << 20));
  }

  /** What came of it. */
  static List<String> summary(String dataset, PrepareCounts counts) {
    List<String> lines = new ArrayList<>();
    lines.add("prepare " + dataset + ": done");
    add(lines, "rows", counts.rows());
    add(lines, "accepted", counts.accepted());
    add(lines, "refused", counts.refused());
    counts
        .reasons()
        .forEach(
            (rule, rows) -> {
              add(lines, "  " + rule, rows);
              if (counts.unknown().containsKey(rule)) {
                lines.add("      such as " + String.join(", ", counts.unknown().get(rule)));
              }
            });
    if (!counts.kept().isEmpty()) {
      lines.add("  accepted by leave of a policy:");
      counts.kept().forEach((rule, rows) -> add(lines, "  " + rule, rows));
    }
    if (counts.labelsWithoutSequence() > 0) {
      add(lines, "labels without a sequence", counts.labelsWithoutSequence());
    }
    add(lines, "distinct sequences given", counts.sequencesGiven());
    add(lines, "distinct sequences accepted", counts.sequencesAccepted());
    for (Map.Entry<String, OfModality> entry : counts.modalities().entrySet()) {
      OfModality modality = entry.getValue();
      add(lines, "distinct " + entry.getKey() + " inputs", modality.keys());
      if (modality.truncatedRows() > 0) {
        add(lines, "  rows truncated", modality.truncatedRows());
      }
      if (modality.windowedRows() > 0) {
        add(lines, "  rows windowed", modality.windowedRows());
      }
    }
    counts.splits().forEach((name, split) -> addSplit(lines, name, split));
    return lines;
  }

  /** A line for each split that has no row in one of the parts that it asks for. */
  static List<String> emptyParts(List<Split> splits, PrepareCounts counts) {
    List<String> lines = new ArrayList<>();
    for (Split split : splits) {
      OfSplit found = counts.splits().get(split.name());
      Set<String> empty = new TreeSet<>(split.divided());
      empty.removeAll(found == null ? Set.of() : found.parts().keySet());
      if (!empty.isEmpty()) {
        lines.add(
            "split %s leaves %s without a row: what it keeps together is too large for that share, or there are too few rows"
                .formatted(split.name(), String.join(" and ", empty)));
      }
    }
    return lines;
  }

  private static void addSplit(List<String> lines, String name, OfSplit split) {
    lines.add("  split " + name + ":");
    split.parts().forEach((part, counts) -> add(lines, "  " + part, counts.rows()));
    for (Shared shared : split.shared()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "    %s and %s share %,d sequences, %,d proteins, %,d groups",
              shared.first(),
              shared.second(),
              shared.sequences(),
              shared.proteins(),
              shared.groups()));
    }
  }

  private static void add(List<String> lines, String what, long count) {
    lines.add(String.format(Locale.ROOT, "  %-32s %,12d", what, count));
  }
}
