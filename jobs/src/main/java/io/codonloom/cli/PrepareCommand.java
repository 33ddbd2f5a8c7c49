package io.codonloom.cli;

import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** Input rows become tables. */
@Command(
    name = "prepare",
    description = {
      "Checks labelled mRNA and writes it as DNA, RNA and protein.",
      "",
      "Input:  the dataset of the config: CSV, TSV, FASTA or Parquet.",
      "Output: the tables sequences/, labels/, splits/ and rejects/ of the workspace, and a manifest in which rows in = labels + rejects."
    },
    footer = {"", "Example: codonloom prepare --config conf/demo.conf"})
final class PrepareCommand extends ExperimentCommand {
  @Override
  void run(Pipeline pipeline, PrintWriter out) throws IOException {
    pipeline.prepare();
  }
}
