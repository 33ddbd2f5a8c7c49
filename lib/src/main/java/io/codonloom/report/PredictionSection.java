package io.codonloom.report;

import io.codonloom.sequence.Modality;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the model predicted, and what it attended to. */
final class PredictionSection {
  private final Markup page;
  private final DatasetFacts dataset;
  private final RunFacts run;

  private PredictionSection(Markup page, ReportData data) {
    this.page = page;
    this.dataset = data.dataset();
    this.run = data.run();
  }

  static void write(Markup page, ReportData data) {
    PredictionSection section = new PredictionSection(page, data);
    page.open("section").element("h2", "Predicted against " + data.dataset().labelKind());
    if (data.run().predictions().parts().isEmpty()) {
      DataSection.absent(page, "This run has no predictions.");
    } else if (data.dataset().isClassification()) {
      section.confusions();
    } else {
      section.scatters();
      section.largestErrors();
    }
    page.close();

    page.open("section").element("h2", "Attention by modality");
    section.attention();
    page.close();
  }

  private void scatters() {
    Map<String, List<PredictedRow>> samples = samples();
    Ticks range = ScatterChart.rangeOf(samples.values().stream().flatMap(List::stream).toList());
    page.open("div", "class", "figures");
    samples.forEach(
        (part, sample) -> {
          PartSummary summary = run.predictions().parts().get(part);
          figure(part, summary.rows(), sample.size());
          new ScatterChart(sample, range, dataset.labelTitle())
              .write(page, "Predicted against " + dataset.labelTitle() + ", part " + part);
          page.close();
        });
    page.close();
    page.element("p", "On the line, prediction and label are equal.", "class", "note");
  }

  private Map<String, List<PredictedRow>> samples() {
    Map<String, List<PredictedRow>> samples = new LinkedHashMap<>();
    run.predictions().parts().forEach((part, summary) -> samples.put(part, summary.sample()));
    return samples;
  }

  private void figure(String part, long rows, int shown) {
    String count =
        shown < rows
            ? Numbers.count(shown) + " of " + Numbers.count(rows) + " rows shown"
            : Numbers.count(rows) + (rows == 1 ? " row" : " rows");
    page.open("figure").open("figcaption").element("b", part).element("span", count).close();
  }

  private void largestErrors() {
    String part = run.predictions().judgedPart().orElseThrow();
    PartSummary summary = run.predictions().parts().get(part);
    List<PredictedRow> rows = summary.largestErrors();
    if (rows.isEmpty()) {
      return;
    }
    page.element("h3", "Largest errors of part “" + part + "”");
    Table table = new Table(1, "Row", dataset.labelKind(), "predicted", "error");
    // As many decimals in every row, so that the points stand under each other.
    double largest =
        rows.stream()
            .mapToDouble(row -> Math.max(Math.abs(row.label()), Math.abs(row.prediction())))
            .max()
            .orElse(0);
    int decimals = Numbers.decimals(largest, 4);
    for (PredictedRow row : rows) {
      table.row(
          row.rowId(),
          Numbers.fixed(row.label(), decimals),
          Numbers.fixed(row.prediction(), decimals),
          Numbers.fixed(row.error(), decimals));
    }
    table.write(page);
    page.element(
        "p",
        "The mean absolute error of the part is "
            + Numbers.significant(summary.meanAbsoluteError(), 3)
            + ".",
        "class",
        "note");
  }

  private void confusions() {
    run.predictions()
        .parts()
        .forEach(
            (part, summary) -> {
              page.element("h3", "Part “" + part + "”, " + Numbers.count(summary.rows()) + " rows");
              confusion(summary);
            });
  }

  /** Rows are true classes, columns predicted ones; the shade is the share of the true class. */
  private void confusion(PartSummary summary) {
    List<String> classes = dataset.classes();
    page.open("div", "class", "scroll").open("table", "class", "confusion");
    page.open("thead").open("tr").element("th", "True class ↓ predicted →");
    classes.forEach(name -> page.element("th", name, "class", "number"));
    page.close().close().open("tbody");
    for (int label = 0; label < classes.size(); label++) {
      long all = 0;
      for (int prediction = 0; prediction < classes.size(); prediction++) {
        all += summary.confusion(label, prediction);
      }
      page.open("tr").element("td", classes.get(label));
      for (int prediction = 0; prediction < classes.size(); prediction++) {
        long count = summary.confusion(label, prediction);
        double share = all == 0 ? 0 : (double) count / all;
        page.element(
            "td",
            Numbers.count(count),
            "class",
            label == prediction ? "number right" : "number",
            "style",
            "--share:" + Numbers.fixed(100 * share * 0.5, 1) + "%");
      }
      page.close();
    }
    page.close().close().close();
  }

  private void attention() {
    Map<String, PartSummary> parts = new LinkedHashMap<>();
    run.predictions()
        .parts()
        .forEach(
            (part, summary) -> {
              if (summary.weighsModalities()) {
                parts.put(part, summary);
              }
            });
    if (parts.isEmpty()) {
      DataSection.absent(
          page, "There are no attention weights: this network does not weigh modalities.");
      return;
    }
    Map<String, Map<Modality, double[]>> weights = new LinkedHashMap<>();
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Map.Entry<String, PartSummary> part : parts.entrySet()) {
      Map<Modality, double[]> ofPart = DistributionChart.weightsOf(part.getValue().sample());
      weights.put(part.getKey(), ofPart);
      for (double[] sorted : ofPart.values()) {
        low = Math.min(low, sorted[0]);
        high = Math.max(high, sorted[sorted.length - 1]);
      }
    }
    Ticks range = Ticks.around(low, high, 5);
    page.open("div", "class", "figures");
    weights.forEach(
        (part, ofPart) -> {
          int shown = ofPart.values().stream().mapToInt(sorted -> sorted.length).max().orElse(0);
          figure(part, parts.get(part).rows(), shown);
          new DistributionChart(ofPart, range)
              .write(page, "Attention weight of each modality, part " + part);
          page.close();
        });
    page.close();
    page.element(
        "p",
        "One weight for each row and modality; a row's weights add up to 1. The outline is their"
            + " density, the dot the median, the thick bar the middle half, the thin one 5 to"
            + " 95\u00a0%. Dashed: equal weights.",
        "class",
        "note");
    means(parts);
  }

  private void means(Map<String, PartSummary> parts) {
    List<String> heads = new ArrayList<>(List.of("Part", "rows"));
    for (Modality modality : Modality.values()) {
      heads.add(DistributionChart.label(modality) + ", mean ± sd");
    }
    Table table = new Table(1, heads.toArray(String[]::new));
    parts.forEach(
        (part, summary) -> {
          List<String> cells = new ArrayList<>(List.of(part, Numbers.count(summary.rows())));
          for (Modality modality : Modality.values()) {
            Moments moments = summary.attention(modality);
            cells.add(
                moments.count() == 0
                    ? Numbers.ABSENT
                    : Numbers.fixed(moments.mean(), 3)
                        + " ± "
                        + Numbers.fixed(moments.deviation(), 3));
          }
          table.row(false, cells);
        });
    table.write(page);
  }
}
