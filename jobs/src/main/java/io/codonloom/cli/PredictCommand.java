package io.codonloom.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.codonloom.job.predict.OutputFormat;
import io.codonloom.workspace.Manifest;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A saved model over new sequences. */
@Command(
    name = "predict",
    description = {
      "Runs a trained model over new sequences; what is in the store already is not embedded again.",
      "",
      "Input:  a model, the encoders of the config, and a CSV, TSV, FASTA or Parquet of sequences.",
      "Output: FOLDER/predictions, FOLDER/refused with the reasons, and FOLDER/manifest.json."
    },
    footer = {
      "",
      "Example: codonloom predict --config conf/demo.conf --model mil --input new.fasta --output out"
    })
final class PredictCommand extends ExperimentCommand {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "RUN|FILE",
      description = "A run of the config's workspace, or a file model.safetensors.")
  String model;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "FILE",
      description = {
        "The sequences, with the columns that the config names; labels are not read.",
        "The ending tells the format; where it tells none, dataset.format does."
      })
  String input;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FOLDER",
      description = "Where to write.")
  String output;

  @Option(
      names = "--format",
      defaultValue = "csv",
      paramLabel = "csv|parquet",
      description = "Of the tables that are written; csv where it is not given.")
  OutputFormat format;

  @Override
  void run(Pipeline pipeline, PrintWriter out) throws IOException {
    Manifest manifest = pipeline.predict(model, input, output, format);
    JsonNode counts = manifest.counts();
    TextTable table = new TextTable();
    for (String name : List.of("rows", "predicted", "refused")) {
      table.line(List.of(name, String.format(Locale.ROOT, "%,d", counts.path(name).asLong())));
    }
    out.print(table);
    out.flush();
  }
}
