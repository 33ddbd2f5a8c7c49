package io.codonloom.cli;

import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** What all stages would do. */
@Command(
    name = "plan",
    description = {
      "Says what run would do: rows, distinct sequences, tokens, FLOPs, bytes and time; writes nothing.",
      "",
      "Input:  the dataset and the checkpoints of the config, and what is in the workspace already.",
      "Output: a table. Rows are read and checked as prepare does; each encoder is measured for a few seconds."
    },
    footer = {"", "Example: codonloom plan --config conf/demo.conf"})
final class PlanCommand extends ExperimentCommand {
  @Override
  void run(Pipeline pipeline, PrintWriter out) throws IOException {
    out.print(pipeline.plan());
    out.flush();
  }
}
