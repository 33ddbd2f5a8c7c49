package io.codonloom.cli;

import io.codonloom.UserException;
import io.codonloom.job.verify.Checked;
import io.codonloom.job.verify.Problem;
import io.codonloom.job.verify.Verification;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;

/** What is on disk is held against what the stages wrote. */
@Command(
    name = "verify",
    description = {
      "Reads a workspace to its last byte and recomputes its checksums and counts; changes nothing.",
      "",
      "Input:  the tables of the config's dataset, its store, and all finished runs.",
      "Output: a line for each table, and each problem with its path and what to do. Exit code 2 if there is one."
    },
    footer = {"", "Example: codonloom verify --config conf/demo.conf"})
final class VerifyCommand extends ExperimentCommand {
  private static final int SHOWN = 50;

  @Override
  void run(Pipeline pipeline, PrintWriter out) throws IOException {
    Verification found = pipeline.verify();
    TextTable table = new TextTable();
    table.line(List.of("table", "files", "rows", "MiB", "problems"));
    for (Checked checked : found.tables()) {
      table.line(
          List.of(
              checked.table(),
              number(checked.objects()),
              number(checked.rows()),
              String.format(Locale.ROOT, "%,.1f", checked.bytes() / (double) (1 << 20)),
              number(checked.problems())));
    }
    out.print(table);
    found.first().stream().limit(SHOWN).map(Problem::toString).forEach(out::println);
    if (found.problems() > 0) {
      long hidden = found.problems() - Math.min(SHOWN, found.first().size());
      throw new UserException(
          number(found.problems())
              + (found.problems() == 1 ? " problem" : " problems")
              + (hidden > 0 ? ", " + number(hidden) + " of them not shown" : ""));
    }
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
