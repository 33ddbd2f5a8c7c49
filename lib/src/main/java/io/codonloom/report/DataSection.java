package io.codonloom.report;

import io.codonloom.sequence.Modality;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

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
    new Table(1, "", "rows", "share", "distinct sequences")
        .row("Input", Numbers.count(prepare.rows()), "", Numbers.count(prepare.sequencesGiven()))
        .row(
            "Accepted",
            Numbers.count(prepare.accepted()),
            Numbers.percent(prepare.accepted(), prepare.rows()),
            Numbers.count(prepare.sequencesAccepted()))
        .row(
            "Refused",
            Numbers.count(prepare.refused()),
            Numbers.percent(prepare.refused(), prepare.rows()),
            "")
        .write(page);
    if (!prepare.addsUp()) {
      page.element("p", "Accepted and refused rows do not add up to the input.", "class", "notice");
    }
    page.close().open("div");
    long most = Math.max(most(prepare.reasons()), most(prepare.kept()));
    if (prepare.refused() == 0) {
      absent(page, "No row was refused.");
    } else {
      reasons(page, "Refused because", prepare.reasons(), most, "bar");
      if (sum(prepare.reasons()) > prepare.refused()) {
        page.element("p", "Some rows were refused for several reasons.", "class", "note");
      }
    }
    if (sum(prepare.kept()) > 0) {
      reasons(page, "Kept in spite of", prepare.kept(), most, "bar kept");
    }
    page.close().close();
    for (SplitFacts split : prepare.splits()) {
      split(page, split);
    }
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private static long most(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).max().orElse(1);
  }

  /** The rules that any row broke, most broken first, each with a bar. */
  private static void reasons(
      Markup page, String title, Map<String, Long> counts, long most, String style) {
    page.open("div", "class", "scroll").open("table", "class", "bars").open("thead").open("tr");
    page.element("th", title).element("th", "rows", "class", "number");
    page.element("th", "").close().close().open("tbody");
    counts.entrySet().stream()
        .filter(reason -> reason.getValue() > 0)
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(
            reason -> {
              String width = Numbers.fixed(100.0 * reason.getValue() / most, 1);
              page.open("tr")
                  .element("td", reason.getKey().replace('_', ' '))
                  .element("td", Numbers.count(reason.getValue()), "class", "number")
                  .open("td", "class", style)
                  .element("span", "", "style", "width:" + width + "%")
                  .close()
                  .close();
            });
    page.close().close().close();
  }

  private static void split(Markup page, SplitFacts split) {
    page.element("h3", "Split “" + split.name() + "”");
    long all = split.parts().stream().mapToLong(SplitFacts.Part::rows).sum();
    boolean groups = split.hasGroups();
    page.open("div", "class", "columns").open("div");
    Table parts = new Table(1, heads(groups, "Part", "rows", "share"));
    split.parts().stream()
        .sorted(Comparator.comparing(SplitFacts.Part::name, PredictionSummary.PART_ORDER))
        .forEach(
            part ->
                parts.row(
                    cells(
                        groups,
                        List.of(
                            part.name(),
                            Numbers.count(part.rows()),
                            Numbers.percent(part.rows(), all)),
                        part.sequences(),
                        part.proteins(),
                        part.groups())));
    parts.write(page);
    page.close().open("div");
    if (!split.shared().isEmpty()) {
      Table shared = new Table(1, heads(groups, "In both"));
      split
          .shared()
          .forEach(
              s ->
                  shared.row(
                      cells(
                          groups,
                          List.of(s.first() + " and " + s.second()),
                          s.sequences(),
                          s.proteins(),
                          s.groups())));
      shared.write(page);
    }
    page.close().close();
  }

  private static String[] heads(boolean groups, String... first) {
    Stream<String> distinct = Stream.of("sequences", "proteins");
    return Stream.of(Stream.of(first), distinct, groups ? Stream.of("groups") : Stream.<String>of())
        .flatMap(Function.identity())
        .toArray(String[]::new);
  }

  private static String[] cells(
      boolean groups, List<String> first, long sequences, long proteins, long ofGroups) {
    List<String> cells = new ArrayList<>(first);
    cells.add(Numbers.count(sequences));
    cells.add(Numbers.count(proteins));
    if (groups) {
      cells.add(Numbers.count(ofGroups));
    }
    return cells.toArray(String[]::new);
  }

  private static void embeddings(Markup page, ReportData data) {
    List<InputFacts> inputs = data.prepare().map(PrepareFacts::inputs).orElse(List.of());
    if (inputs.isEmpty() && data.stores().isEmpty()) {
      absent(page, "No inputs and no embeddings were found.");
      return;
    }
    Table table =
        new Table(
            6,
            "Modality",
            "Encoder",
            "Weights (SHA-256)",
            "Output",
            "Store",
            "Numbers",
            "distinct inputs",
            "embedded",
            "codons",
            "on disk");
    for (Modality modality : Modality.values()) {
      Optional<InputFacts> input =
          inputs.stream().filter(i -> i.modality() == modality).findFirst();
      String prepared = Numbers.count(input.map(InputFacts::inputs).orElse(-1L));
      List<StoreFacts> stores =
          data.stores().stream().filter(store -> store.modality() == modality).toList();
      String name = DistributionChart.label(modality);
      if (stores.isEmpty() && input.isPresent()) {
        String none = Numbers.ABSENT;
        table.row(name, "not embedded", none, none, none, none, prepared, none, none, none);
      }
      for (StoreFacts store : stores) {
        table.row(
            name,
            known(store.checkpoint()),
            known(store.sha256().substring(0, Math.min(SHORT_DIGEST, store.sha256().length()))),
            known(store.output()),
            store.store(),
            known(store.dtype()),
            prepared,
            Numbers.count(store.inputs()),
            Numbers.count(store.codons()),
            Numbers.bytes(store.bytes()));
      }
    }
    table.write(page);
    for (InputFacts input : inputs) {
      note(page, input, input.truncatedRows(), "read in their beginning only");
      note(page, input, input.windowedRows(), "read in overlapping windows");
    }
  }

  private static String known(String text) {
    return text.isEmpty() ? Numbers.ABSENT : text;
  }

  private static void note(Markup page, InputFacts input, long rows, String how) {
    if (rows > 0) {
      String name = DistributionChart.label(input.modality());
      page.element(
          "p",
          name + ": " + Numbers.count(rows) + (rows == 1 ? " row is " : " rows are ") + how + ".",
          "class",
          "note");
    }
  }
}
