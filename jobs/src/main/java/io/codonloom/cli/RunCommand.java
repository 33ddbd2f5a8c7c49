package io.codonloom.cli;

import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** All stages in their order. */
@Command(
    name = "run",
    description = {
      "Runs prepare, embed, train and report in this order; a stage that is done is skipped, and embed where the model reads one-hot features.",
      "",
      "Input:  the dataset and the checkpoints of the config.",
      "Output: everything that the stages write; at the end the scores and the path of the report."
    },
    footer = {"", "Example: codonloom run --config conf/demo.conf"})
final class RunCommand extends ExperimentCommand {
  @Option(names = "--replace", description = Pipeline.REPLACE)
  boolean replace;

  @Override
  void run(Pipeline pipeline, PrintWriter out) throws IOException {
    pipeline.requireTrainable();
    pipeline.requireFree(replace);
    pipeline.prepare();
    pipeline.requireRows();
    if (pipeline.readsEmbeddings()) {
      pipeline.embed();
    }
    pipeline.train(replace);
    String report = pipeline.report();
    out.print(pipeline.scores());
    out.println("report: " + report);
  }
}
