package io.codonloom.cli;

import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** Sequences become codon-aligned embeddings. */
@Command(
    name = "embed",
    description = {
      "Reads every distinct sequence with the language model of its modality.",
      "",
      "Input:  the table sequences/, and the checkpoints of the config.",
      "Output: embeddings/STORE/, one vector a codon; what is already there is not computed again."
    },
    footer = {"", "Example: codonloom embed --config conf/demo.conf"})
final class EmbedCommand extends ExperimentCommand {
  @Override
  void run(Pipeline pipeline, PrintWriter out) throws IOException {
    pipeline.embed();
  }
}
