package io.codonloom.report;

import io.codonloom.metric.Score;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** How metrics are named and written. */
final class ScoreText {
  private static final Set<String> IN_UNITS_OF_LABEL = Set.of("mse", "rmse", "mae");

  private ScoreText() {}

  static String title(String metric) {
    return switch (metric) {
      case "spearman" -> "Spearman ρ";
      case "pearson" -> "Pearson r";
      case "r2" -> "R²";
      case "mse", "rmse", "mae", "auc" -> metric.toUpperCase(Locale.ROOT);
      case "accuracy" -> "Accuracy";
      case "macro-f1" -> "Macro F1";
      default -> metric;
    };
  }

  static String value(String metric, double value) {
    return IN_UNITS_OF_LABEL.contains(metric)
        ? Numbers.significant(value, 3)
        : Numbers.fixed(value, 3);
  }

  /** How many units the bootstrap drew, if these were not the rows: {@code 68 sequences}. */
  static Optional<String> drawn(List<Score> scores) {
    return scores.stream()
        .filter(score -> !score.ofRows())
        .findFirst()
        .map(
            score ->
                Numbers.count(score.units())
                    + " "
                    + (score.units() == 1 ? score.unit() : score.drawn()));
  }

  /** The 95 % interval, if there is one. */
  static Optional<String> interval(Score score) {
    return Double.isNaN(score.low()) || Double.isNaN(score.high())
        ? Optional.empty()
        : Optional.of(
            value(score.metric(), score.low()) + " to " + value(score.metric(), score.high()));
  }
}
