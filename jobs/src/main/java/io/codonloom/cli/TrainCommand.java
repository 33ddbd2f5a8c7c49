package io.codonloom.cli;

import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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
  @Option(names = "--replace", description = Pipeline.REPLACE)
  boolean replace;

  @Override
  void run(Pipeline pipeline, PrintWriter out) throws IOException {
    pipeline.requireFree(replace);
    pipeline.train(replace);
    out.print(pipeline.scores());
    out.flush();
  }
}
