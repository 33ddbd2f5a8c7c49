package io.codonloom.report;

import io.codonloom.sequence.Modality;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** What was read, what was refused and why, how it was split, what was embedded. */
final class DataSection {
  private static final int SHORT_DIGEST = 12;

  private DataSection() {}

  static void write(Markup page, ReportData data) {
    page.open("section").element("h2", "What was run on what");
    Table table = new Table(2, "", "");
    table.row("Data set", data.dataset().name());
    table.row("Source", data.dataset().source());
    table.row("Label", data.dataset().label() + ", " + origin(data.dataset()));
    if (data.dataset().isClassification()) {
      table.row("Classes", String.join(", ", data.dataset().classes()));
    }
    table.row("Workspace", data.workspace());
    table.row("Run", data.run().id());
    data.control().ifPresent(c -> table.row("Control", c.id() + ", trained on shuffled labels"));
    table.write(page);
    page.close();

    page.open("section").element("h2", "Rows");
    data.prepare()
        .ifPresentOrElse(
            prepare -> rows(page, prepare),
            () -> absent(page, "No record of the prepare stage was found."));
    page.close();

    page.open("section").element("h2", "Encoder inputs and embeddings");
    embeddings(page, data);
    page.close();
  }

  static void absent(Markup page, String sentence) {
    page.element("p", sentence, "class", "absent");
  }

  private static String origin(DatasetFacts dataset) {
    return dataset.computed() ? "computed from the sequence" : "measured";
  }

  private static void rows(Markup page, PrepareFacts prepare) {
    page.open("div", "class", "columns").open("div");
    new Table(1, "", "rows", "share")
        .row("Input", Numbers.count(prepare.rows()), "")
        .row(
            "Accepted",
            Numbers.count(prepare.accepted()),
            Numbers.percent(prepare.accepted(), prepare.rows()))
        .row(
            "Refused",
            Numbers.count(prepare.refused()),
            Numbers.percent(prepare.refused(), prepare.rows()))
        .row("Distinct sequences accepted", Numbers.count(prepare.sequences()), "")
        .write(page);
    if (!prepare.addsUp()) {
      page.element("p", "Accepted and refused rows do not add up to the input.", "class", "notice");
    }
    page.close().open("div");
    reasons(page, prepare);
    page.close().close();
    for (SplitFacts split : prepare.splits()) {
      split(page, split);
    }
  }

  private static void reasons(Markup page, PrepareFacts prepare) {
    if (prepare.reasons().isEmpty()) {
      absent(page, "No row was refused.");
      return;
    }
    long most = prepare.reasons().values().stream().mapToLong(Long::longValue).max().orElse(1);
    page.open("div", "class", "scroll").open("table", "class", "bars").open("thead").open("tr");
    page.element("th", "Refused because").element("th", "rows", "class", "number");
    page.element("th", "").close().close().open("tbody");
    prepare.reasons().entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(
            reason -> {
              String width = Numbers.fixed(100.0 * reason.getValue() / Math.max(1, most), 1);
              page.open("tr")
                  .element("td", reason.getKey().replace('_', ' ').replace('-', ' '))
                  .element("td", Numbers.count(reason.getValue()), "class", "number")
                  .open("td", "class", "bar")
                  .element("span", "", "style", "width:" + width + "%")
                  .close()
                  .close();
            });
    page.close().close().close();
    long sum = prepare.reasons().values().stream().mapToLong(Long::longValue).sum();
    if (sum > prepare.refused()) {
      page.element("p", "Some rows were refused for several reasons.", "class", "note");
    }
  }

  private static void split(Markup page, SplitFacts split) {
    page.element("h3", "Split “" + split.name() + "”");
    long all = split.parts().values().stream().mapToLong(Long::longValue).sum();
    page.open("div", "class", "columns").open("div");
    Table parts = new Table(1, "Part", "rows", "share");
    split.parts().entrySet().stream()
        .sorted(Map.Entry.comparingByKey(PredictionSummary.PART_ORDER))
        .forEach(
            part ->
                parts.row(
                    part.getKey(),
                    Numbers.count(part.getValue()),
                    Numbers.percent(part.getValue(), all)));
    parts.write(page);
    page.close().open("div");
    if (!split.shared().isEmpty()) {
      Table shared = new Table(1, "In common", "count");
      split.shared().forEach((what, count) -> shared.row(what, Numbers.count(count)));
      shared.write(page);
    }
    page.close().close();
  }

  private static void embeddings(Markup page, ReportData data) {
    Map<Modality, Long> inputs = data.prepare().map(PrepareFacts::inputs).orElse(Map.of());
    if (inputs.isEmpty() && data.stores().isEmpty()) {
      absent(page, "No inputs and no embeddings were found.");
      return;
    }
    Table table =
        new Table(
            4,
            "Modality",
            "Encoder",
            "Weights (SHA-256)",
            "Store",
            "distinct inputs",
            "embedded",
            "codons",
            "channels",
            "on disk");
    for (Modality modality : Modality.values()) {
      String prepared = Numbers.count(inputs.getOrDefault(modality, -1L));
      List<StoreFacts> stores =
          data.stores().stream().filter(store -> store.modality() == modality).toList();
      String name = DistributionChart.label(modality);
      if (stores.isEmpty() && inputs.containsKey(modality)) {
        String none = Numbers.ABSENT;
        table.row(name, "not embedded", none, none, prepared, none, none, none, none);
      }
      for (StoreFacts store : stores) {
        table.row(
            name,
            store.checkpoint(),
            store.sha256().isEmpty()
                ? Numbers.ABSENT
                : store.sha256().substring(0, Math.min(SHORT_DIGEST, store.sha256().length())),
            store.store(),
            prepared,
            Numbers.count(store.inputs()),
            Numbers.count(store.codons()),
            Numbers.count(store.dim()),
            Numbers.bytes(store.bytes()));
      }
    }
    table.write(page);
  }
}
