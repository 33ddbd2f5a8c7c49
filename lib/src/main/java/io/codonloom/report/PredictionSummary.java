package io.codonloom.report;

import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a report needs of a run's predictions, gathered in one pass in memory that does not grow
 * with their number: sums over every row, and a fixed sample of each part for the charts.
 */
public final class PredictionSummary {
  private static final List<String> USUAL_PARTS = List.of("train", "val", "test");

  /** Train, val and test first, then the others by name. */
  static final Comparator<String> PART_ORDER =
      Comparator.comparingInt(
              (String part) ->
                  USUAL_PARTS.contains(part) ? USUAL_PARTS.indexOf(part) : USUAL_PARTS.size())
          .thenComparing(Comparator.naturalOrder());

  private final Map<String, PartSummary> parts = new TreeMap<>(PART_ORDER);

  private PredictionSummary() {}

  /**
   * Reads the rows to their end.
   *
   * @param classes how many classes there are; 0 for regression
   */
  public static PredictionSummary of(Iterator<PredictedRow> rows, int classes) {
    PredictionSummary summary = new PredictionSummary();
    while (rows.hasNext()) {
      PredictedRow row = rows.next();
      summary.parts.computeIfAbsent(row.part(), part -> new PartSummary(classes)).add(row);
    }
    return summary;
  }

  /** Of a run that has no predictions. */
  public static PredictionSummary none() {
    return new PredictionSummary();
  }

  Map<String, PartSummary> parts() {
    return parts;
  }

  /** The part that a model is judged by: test where there is one, else the last. */
  Optional<String> judgedPart() {
    return judgedPart(parts.keySet());
  }

  static Optional<String> judgedPart(Iterable<String> parts) {
    String judged = null;
    for (String part : parts) {
      if (part.equals("test")) {
        return Optional.of(part);
      }
      judged = judged == null || PART_ORDER.compare(part, judged) > 0 ? part : judged;
    }
    return Optional.ofNullable(judged);
  }
}
