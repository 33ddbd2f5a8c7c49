package io.codonloom.cli;

import io.codonloom.config.Experiment;
import io.codonloom.job.Progress;
import io.codonloom.job.embed.EmbedEstimate;
import io.codonloom.job.prepare.PrepareCounts;
import io.codonloom.job.prepare.PrepareCounts.OfModality;
import io.codonloom.job.prepare.PrepareCounts.OfPart;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What {@code run} would do, for a terminal.
 *
 * @param prepared whether the dataset's tables are up to date
 * @param counts of the dataset's tables, as they are or would be
 * @param limits of the encoders
 * @param estimates of the encoders' work; none where the network needs no embeddings
 * @param tasks that run side by side
 * @param trained whether the training is up to date
 */
record PlanTable(
    Experiment experiment,
    boolean prepared,
    PrepareCounts counts,
    Map<Modality, InputLimit> limits,
    Map<Modality, EmbedEstimate> estimates,
    int tasks,
    boolean trained) {

  private static final String[] BYTES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  private static final String[] FLOPS = {
    "FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP", "PFLOP", "EFLOP"
  };

  /** The whole text. */
  String text() {
    return prepareText() + "\n" + embedText() + "\n" + trainText();
  }

  private String prepareText() {
    TextTable table = new TextTable();
    table.line(List.of("rows", number(counts.rows())));
    table.line(List.of("accepted", number(counts.accepted())));
    table.line(List.of("refused", number(counts.refused())));
    counts.reasons().forEach((rule, rows) -> table.line(List.of("  " + rule, number(rows))));
    if (!counts.kept().isEmpty()) {
      table.line(List.of("accepted by leave of a policy"));
      counts.kept().forEach((rule, rows) -> table.line(List.of("  " + rule, number(rows))));
    }
    table.line(List.of("distinct sequences given", number(counts.sequencesGiven())));
    table.line(List.of("distinct sequences accepted", number(counts.sequencesAccepted())));
    return "prepare %s: %s\n%s"
        .formatted(experiment.dataset().name(), prepared ? "up to date" : "to do", table);
  }

  private String embedText() {
    if (estimates.isEmpty()) {
      return "embed: not needed, the model reads one-hot features\n";
    }
    boolean done = todo().allMatch(todo -> todo.shards() == 0);
    TextTable table = new TextTable();
    table.line(cells("", modality -> modality.id()));
    table.line(cells("model reads at most, codons", m -> number(limits.get(m).maxCodons())));
    table.line(cells("rows longer than that", this::overLong));
    table.line(of("distinct inputs", e -> number(e.inputs())));
    table.line(of("  stored", e -> number(e.stored())));
    if (estimates.values().stream().anyMatch(e -> e.quarantined() > 0)) {
      table.line(of("  in quarantine", e -> number(e.quarantined())));
    }
    table.line(of("  to compute", e -> number(e.inputs() - e.stored() - e.quarantined())));
    if (!done) {
      table.line(of("codons to compute", e -> number(e.todo().codons())));
      table.line(of("tokens to read", e -> number(e.todo().tokens())));
      table.line(of("  shortest input", e -> number(e.todo().shortest())));
      table.line(of("  median input", e -> number(e.todo().median())));
      table.line(of("  longest input", e -> number(e.todo().longest())));
      table.line(of("arithmetic", e -> scaled(e.todo().flops(), 1000, FLOPS)));
      table.line(of("shards to write", e -> number(e.todo().shards())));
      table.line(of("size on disk", e -> scaled((double) e.todo().bytes(), 1024, BYTES)));
      table.line(of("encoder time", e -> duration(e.todo().seconds())));
    }
    String head =
        String.format(
            Locale.ROOT,
            "embed store %s: %s, %s on %s in %s, %,d %s side by side with %d %s each\n",
            experiment.store().name(),
            done ? "up to date" : "to do",
            experiment.store().dtype().id(),
            experiment.embed().device().name().toLowerCase(Locale.ROOT),
            experiment.embed().precision().id(),
            tasks,
            tasks == 1 ? "task" : "tasks",
            experiment.embed().threads(),
            experiment.embed().threads() == 1 ? "thread" : "threads");
    return head + table + (done ? "" : total());
  }

  private String total() {
    return "  in all %s of encoder time by a short measurement, and %s on disk\n"
        .formatted(
            duration(todo().mapToDouble(EmbedEstimate.Todo::seconds).sum()),
            scaled((double) todo().mapToLong(EmbedEstimate.Todo::bytes).sum(), 1024, BYTES));
  }

  private Stream<EmbedEstimate.Todo> todo() {
    return estimates.values().stream().map(EmbedEstimate::todo);
  }

  private String overLong(Modality modality) {
    OfModality of = counts.modalities().get(modality.id());
    long refused = counts.reasons().getOrDefault(Rule.tooLongFor(modality).id(), 0L);
    if (refused > 0) {
      return number(refused) + " refused";
    }
    if (of != null && of.truncatedRows() > 0) {
      return number(of.truncatedRows()) + " cut";
    }
    return of != null && of.windowedRows() > 0 ? number(of.windowedRows()) + " in windows" : "0";
  }

  private String trainText() {
    var train = experiment.train();
    TextTable table = new TextTable();
    if (!counts.splits().containsKey(train.split())) {
      return "train %s: to do\n  how many rows each part has is known when they are prepared: split %s compares proteins\n"
          .formatted(train.run(), train.split());
    }
    Map<String, OfPart> parts = counts.splits().get(train.split()).parts();
    parts.forEach((part, of) -> table.line(List.of("rows in " + part, number(of.rows()))));
    long rows = parts.containsKey("train") ? parts.get("train").rows() : 0;
    long batches = (rows + train.batchSize() - 1) / train.batchSize();
    table.line(List.of("batches of " + number(train.batchSize()) + " an epoch", number(batches)));
    table.line(List.of("epochs at most", number(train.epochs())));
    table.line(List.of("trainings", train.shuffledControl() ? "2" : "1"));
    return "train %s: %s\n%s%s"
        .formatted(
            train.run(),
            trained ? "up to date" : "to do",
            table,
            trained ? "" : "  the time of training is not estimated\n");
  }

  private List<String> of(String name, Function<EmbedEstimate, String> cell) {
    return cells(name, modality -> cell.apply(estimates.get(modality)));
  }

  private List<String> cells(String name, Function<Modality, String> cell) {
    List<String> cells = new ArrayList<>(List.of(name));
    estimates.keySet().forEach(modality -> cells.add(cell.apply(modality)));
    return cells;
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String scaled(double value, int base, String[] units) {
    int unit = 0;
    double scaled = value;
    while (scaled >= base && unit + 1 < units.length) {
      scaled /= base;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", scaled, units[unit]);
  }

  private static String duration(double seconds) {
    if (Double.isNaN(seconds)) {
      return "not measured";
    }
    return seconds > 0 && seconds < 1 ? "under 1 s" : Progress.duration(seconds);
  }
}
