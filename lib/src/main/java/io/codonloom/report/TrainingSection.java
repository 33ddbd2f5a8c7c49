package io.codonloom.report;

import io.codonloom.metric.PartScores;
import io.codonloom.metric.Score;
import io.codonloom.report.LineChart.Line;
import io.codonloom.training.Epoch;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** How the training went, and the scores that it reached. */
final class TrainingSection {
  private TrainingSection() {}

  static void write(Markup page, ReportData data) {
    page.open("section").element("h2", "Training");
    if (data.run().history().isEmpty()) {
      DataSection.absent(page, "This run has no history.");
    } else {
      curves(page, data);
      effort(page, data.run().history());
    }
    page.close();

    page.open("section").element("h2", "Scores");
    if (data.run().scores().isEmpty()) {
      DataSection.absent(page, "This run has no scores.");
    } else {
      scores(page, data);
    }
    page.close();
  }

  /** The epoch whose model was kept: the one with the lowest validation loss. */
  static OptionalInt bestEpoch(List<Epoch> history) {
    OptionalInt best = OptionalInt.empty();
    double lowest = Double.POSITIVE_INFINITY;
    for (Epoch epoch : history) {
      if (epoch.validationLoss() < lowest) {
        lowest = epoch.validationLoss();
        best = OptionalInt.of(epoch.epoch());
      }
    }
    return best;
  }

  private static void curves(Markup page, ReportData data) {
    List<Epoch> history = data.run().history();
    List<Epoch> control = data.control().map(RunFacts::history).orElse(List.of());
    OptionalInt best = bestEpoch(history);
    boolean classification = data.dataset().isClassification();
    page.open("div", "class", "figures");

    List<Line> losses = new ArrayList<>();
    losses.add(new Line("train", values(history, Epoch::trainLoss)));
    losses.add(new Line("validation", values(history, Epoch::validationLoss)));
    figure(
        page,
        "Loss",
        new String[] {"train", "training", "validation", "validation"},
        new LineChart(
            classification ? "cross-entropy" : "squared error, standardized label", losses, best));

    String score = classification ? "Accuracy" : "Spearman ρ";
    List<Line> scores = new ArrayList<>();
    if (!control.isEmpty()) {
      scores.add(new Line("control", values(control, Epoch::validationScore)));
    }
    scores.add(new Line("validation", values(history, Epoch::validationScore)));
    figure(
        page,
        "Validation score",
        control.isEmpty()
            ? new String[] {"validation", "validation"}
            : new String[] {"validation", "validation", "control", "control"},
        new LineChart(score, scores, best));

    figure(
        page,
        "Attention entropy",
        new String[] {"validation", "validation"},
        new LineChart(
            "nats; the more even, the higher",
            List.of(new Line("validation", values(history, Epoch::attentionEntropy))),
            best));
    page.close();
    best.ifPresent(
        epoch ->
            page.element(
                "p",
                "The dashed line marks epoch "
                    + epoch
                    + ", the one with the lowest validation loss.",
                "class",
                "note"));
  }

  private static List<Double> values(List<Epoch> history, ToDoubleFunction<Epoch> value) {
    return history.stream().map(value::applyAsDouble).toList();
  }

  /**
   * A chart with its name, if there is anything to draw.
   *
   * @param legend styles and names of the lines in turn
   */
  private static void figure(Markup page, String title, String[] legend, LineChart chart) {
    if (!chart.isDrawn()) {
      return;
    }
    page.open("figure").open("figcaption").element("b", title).open("span", "class", "legend");
    for (int i = 0; i < legend.length; i += 2) {
      page.open("span").element("i", "", "class", legend[i]).text(legend[i + 1]).close();
    }
    page.close().close();
    chart.write(page, title + " by epoch: " + chart.title());
    page.close();
  }

  private static void effort(Markup page, List<Epoch> history) {
    double seconds = history.stream().mapToDouble(Epoch::seconds).sum();
    double averaging = history.stream().mapToDouble(Epoch::averagingSeconds).sum();
    Epoch first = history.get(0);
    Epoch last = history.get(history.size() - 1);
    Table table = new Table(1, "", "");
    table
        .row("Epochs", Numbers.count(history.size()))
        .row("Time", Numbers.duration(seconds))
        .row("Time per epoch", Numbers.duration(seconds / history.size()));
    if (seconds > 0 && !Double.isNaN(averaging)) {
      table.row(
          "Of it, shipping and averaging parameters",
          Numbers.fixed(100 * averaging / seconds, 1) + " %");
    }
    String rate = Numbers.shortest(first.learningRate());
    if (last.learningRate() != first.learningRate()) {
      rate += " → " + Numbers.shortest(last.learningRate());
    }
    table.row("Learning rate", rate).write(page);
  }

  private static void scores(Markup page, ReportData data) {
    Set<String> metrics = new LinkedHashSet<>();
    data.run()
        .scores()
        .values()
        .forEach(part -> part.scores().forEach(score -> metrics.add(score.metric())));
    open(page, "Part", metrics);
    body(page, data.run(), metrics, data.run().id(), data.control().isPresent());
    data.control()
        .ifPresent(
            control -> body(page, control, metrics, control.id() + ": labels shuffled", true));
    page.close().close();
    page.element(
        "p",
        "Under each score stands its 95\u00a0% interval. Resampled was what the split keeps on one"
            + " side, whole: the number stands under the rows where that is more than a row.",
        "class",
        "note");
    PredictionSummary.judgedPart(data.run().scores().keySet())
        .ifPresent(part -> covariates(page, part, data.run().scores().get(part), metrics));
  }

  /** The head of a table of scores. */
  private static void open(Markup page, String first, Set<String> metrics) {
    page.open("div", "class", "scroll").open("table", "class", "scores").open("thead").open("tr");
    page.element("th", first).element("th", "rows", "class", "number");
    metrics.forEach(metric -> page.element("th", ScoreText.title(metric), "class", "number"));
    page.close().close();
  }

  private static void covariates(Markup page, String part, PartScores scores, Set<String> metrics) {
    scores
        .by()
        .forEach(
            (covariate, groups) -> {
              page.element("h3", "Part “" + part + "” by " + covariate);
              if (groups.isEmpty()) {
                DataSection.absent(
                    page, "No value has " + PartScores.LEAST_ROWS + " rows or more.");
                return;
              }
              open(page, covariate, metrics);
              page.open("tbody");
              groups.forEach((value, ofGroup) -> line(page, value, ofGroup, metrics));
              page.close().close().close();
            });
  }

  private static void body(
      Markup page, RunFacts run, Set<String> metrics, String title, boolean titled) {
    page.open("tbody");
    if (titled) {
      page.open("tr", "class", "group")
          .element("th", title, "colspan", String.valueOf(metrics.size() + 2))
          .close();
    }
    run.scores().entrySet().stream()
        .sorted(Map.Entry.comparingByKey(PredictionSummary.PART_ORDER))
        .forEach(part -> line(page, part.getKey(), part.getValue().scores(), metrics));
    page.close();
  }

  private static void line(Markup page, String part, List<Score> scores, Set<String> metrics) {
    int rows = scores.stream().mapToInt(Score::rows).max().orElse(0);
    page.open("tr").element("td", part).open("td", "class", "number").text(Numbers.count(rows));
    ScoreText.drawn(scores).ifPresent(units -> page.element("small", units));
    page.close();
    for (String metric : metrics) {
      Optional<Score> score = scores.stream().filter(s -> s.metric().equals(metric)).findFirst();
      page.open("td", "class", "number");
      if (score.isPresent()) {
        page.text(ScoreText.value(metric, score.get().value()));
        ScoreText.interval(score.get()).ifPresent(interval -> page.element("small", interval));
      } else {
        page.text(Numbers.ABSENT);
      }
      page.close();
    }
    page.close();
  }
}
