package io.codonloom.report;

import io.codonloom.metric.Score;
import io.codonloom.training.Epoch;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Lays a report out as one self-contained HTML page, light or dark as the reader's system is. */
public final class HtmlReport {
  private final ReportData data;
  private final Markup page = new Markup();

  private HtmlReport(ReportData data) {
    this.data = data;
  }

  /** The page; also well-formed XML. */
  public static String of(ReportData data) {
    return new HtmlReport(data).write();
  }

  private String write() {
    page.open("html", "xmlns", "http://www.w3.org/1999/xhtml", "lang", "en");
    head();
    page.open("body").open("main");
    banner();
    tiles();
    DataSection.write(page, data);
    TrainingSection.write(page, data);
    PredictionSection.write(page, data);
    settings();
    facts("Made by", data.provenance());
    page.close().close().close();
    return page.toString();
  }

  private void head() {
    page.open("head")
        .empty("meta", "charset", "utf-8")
        .empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
        .empty("meta", "name", "color-scheme", "content", "light dark")
        .empty(
            "meta",
            "http-equiv",
            "Content-Security-Policy",
            "content",
            "default-src 'none'; style-src 'unsafe-inline'")
        .element(
            "title",
            data.run().id() + ": " + data.dataset().labelTitle() + " on " + data.dataset().name())
        .element("style", style())
        .close();
  }

  private static String style() {
    try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void banner() {
    DatasetFacts dataset = data.dataset();
    page.open("header")
        .element("p", "Codonloom report", "class", "eyebrow")
        .element("h1", dataset.labelTitle())
        .open("p", "class", "lead")
        .text("Run ")
        .element("b", data.run().id())
        .text(" on data set ")
        .element("b", dataset.name())
        .close();
    if (dataset.computed()) {
      page.element(
          "p",
          "The label is computed from the sequence, not measured. This report shows that the"
              + " pipeline works; it is no biological result.",
          "class",
          "notice");
    }
    page.close();
  }

  private void tiles() {
    page.open("dl", "class", "tiles");
    Optional<Score> score = headline(data.run());
    String part = PredictionSummary.judgedPart(data.run().scores().keySet()).orElse("");
    score.ifPresent(s -> tile(ScoreText.title(s.metric()) + " on " + part, s));
    if (score.isPresent() && data.control().isPresent()) {
      headline(data.control().get()).ifPresent(s -> tile("Control, labels shuffled", s));
    }
    data.prepare()
        .ifPresent(
            prepare ->
                tile(
                    "Rows",
                    Numbers.count(prepare.accepted()),
                    "of "
                        + Numbers.count(prepare.rows())
                        + "; "
                        + Numbers.count(prepare.refused())
                        + " refused"));
    List<Epoch> history = data.run().history();
    if (!history.isEmpty()) {
      String best =
          TrainingSection.bestEpoch(history).isPresent()
              ? "best " + TrainingSection.bestEpoch(history).getAsInt() + "; "
              : "";
      double seconds = history.stream().mapToDouble(Epoch::seconds).sum();
      tile("Epochs", Numbers.count(history.size()), best + Numbers.duration(seconds));
    }
    page.close();
  }

  /** The task's own metric on the part that a model is judged by. */
  private Optional<Score> headline(RunFacts run) {
    List<Score> scores =
        PredictionSummary.judgedPart(run.scores().keySet())
            .map(part -> run.scores().get(part).scores())
            .orElse(List.of());
    String own = data.dataset().isClassification() ? "accuracy" : "spearman";
    return scores.stream()
        .filter(score -> score.metric().equals(own))
        .findFirst()
        .or(() -> scores.stream().findFirst());
  }

  private void tile(String name, Score score) {
    tile(
        name,
        ScoreText.value(score.metric(), score.value()),
        ScoreText.interval(score).map(interval -> interval + ", ").orElse("")
            + Numbers.count(score.rows())
            + (score.rows() == 1 ? " row" : " rows")
            + ScoreText.drawn(List.of(score)).map(units -> " in " + units).orElse(""));
  }

  private void tile(String name, String value, String note) {
    page.open("div")
        .element("dt", name)
        .open("dd")
        .element("strong", value)
        .element("small", note)
        .close()
        .close();
  }

  private void settings() {
    Map<String, String> run = data.run().settings();
    Map<String, String> control = data.control().map(RunFacts::settings).orElse(Map.of());
    if (run.isEmpty()) {
      return;
    }
    page.open("section").element("h2", "Settings");
    Table table =
        control.isEmpty()
            ? new Table(2, "Setting", "Value")
            : new Table(3, "Setting", data.run().id(), data.control().get().id());
    TreeSet<String> keys = new TreeSet<>(run.keySet());
    keys.addAll(control.keySet());
    for (String key : keys) {
      String value = run.getOrDefault(key, Numbers.ABSENT);
      if (control.isEmpty()) {
        table.row(key, value);
      } else {
        String other = control.getOrDefault(key, Numbers.ABSENT);
        table.row(!value.equals(other), List.of(key, value, other));
      }
    }
    table.write(page);
    page.close();
  }

  private void facts(String title, Map<String, String> facts) {
    if (facts.isEmpty()) {
      return;
    }
    page.open("section").element("h2", title);
    Table table = new Table(2, "", "");
    facts.forEach(table::row);
    table.write(page);
    page.close();
  }
}
