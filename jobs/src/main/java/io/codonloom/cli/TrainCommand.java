package io.codonloom.cli;

import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** A fusion model is fitted. */
@Command(
    name = "train",
    description = {
      "Trains the fusion model by parameter averaging and scores it.",
      "",
      "Input:  labels/, splits/ and embeddings/STORE/.",
      "Output: runs/RUN/ with history.json, metrics.json, predictions/, model.safetensors and a manifest."
    },
    footer = {"", "Example: codonloom train --config conf/demo.conf --set train.epochs=20"})
final class TrainCommand extends ExperimentCommand {
  @Override
  void run(Pipeline pipeline, PrintWriter out) throws IOException {
    pipeline.train();
    out.print(pipeline.scores());
    out.flush();
  }
}
