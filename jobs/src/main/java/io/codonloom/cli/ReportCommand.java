package io.codonloom.cli;

import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** A training becomes a page. */
@Command(
    name = "report",
    description = {
      "Writes one self-contained HTML page about a training.",
      "",
      "Input:  the manifests of prepare and embed, and runs/RUN/.",
      "Output: runs/RUN/report.html."
    },
    footer = {"", "Example: codonloom report --config conf/demo.conf"})
final class ReportCommand extends ExperimentCommand {
  @Override
  void run(Pipeline pipeline, PrintWriter out) throws IOException {
    out.println(pipeline.report());
  }
}
