package io.codonloom.encoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.codonloom.UserException;
import io.codonloom.bench.Benchmark;
import io.codonloom.bench.Clock;
import io.codonloom.bench.Goals;
import io.codonloom.bench.Workbench;
import io.codonloom.cli.TextTable;
import io.codonloom.sequence.Modality;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The encoders beside PyTorch (bench/pytorch): the same checkpoints, the same token ids of real
 * genes, as many threads, in turns.
 */
public final class PyTorchBenchmark implements Benchmark {
  private static final int TEXTS = 12;
  private static final double SAME = 1e-2;

  private final ObjectMapper json = new ObjectMapper();

  @Override
  public String what() {
    return "our encoders beside PyTorch's";
  }

  @Override
  public void run(Workbench workbench, Goals goals) throws Exception {
    String python = System.getProperty("bench.python", "");
    if (python.isEmpty()) {
      throw new UserException(
          "bench.python must name a python with bench/pytorch/requirements.txt");
    }
    TextTable table = new TextTable();
    table.line(
        List.of("model", "tokens", "ours tok/s", "torch alone", "in batches", "ours / best torch"));
    for (Modality modality : Modality.values()) {
      Checkpoint checkpoint = workbench.checkpoint(modality);
      EncoderSettings settings =
          new EncoderSettings(EncoderOutput.HIDDEN, -1, Precision.FP32, workbench.threads());
      try (Encoder encoder = Encoder.open(checkpoint, modality, settings, Device.CPU)) {
        List<Tokens> texts =
            workbench.texts(modality).stream().limit(TEXTS).map(encoder::tokenize).toList();
        long tokens = texts.stream().mapToLong(Tokens::count).sum();
        Process process = start(python, workbench, checkpoint);
        try (PrintWriter out = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
            BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
          out.println(json.writeValueAsString(texts.stream().map(Tokens::ids).toList()));
          requireSame(encoder, texts, ask("vectors", out, in));
          double ours = Double.POSITIVE_INFINITY;
          double alone = Double.POSITIVE_INFINITY;
          double batches = Double.POSITIVE_INFINITY;
          for (int round = 0; round < workbench.rounds(); round++) {
            ours = Math.min(ours, Clock.seconds(() -> texts.forEach(encoder::encode)));
            alone = Math.min(alone, ask("alone", out, in).asDouble());
            batches = Math.min(batches, ask("batches", out, in).asDouble());
          }
          double ratio = Math.min(alone, batches) / ours;
          table.line(
              List.of(
                  Workbench.model(modality),
                  "" + tokens,
                  number("%,.0f", tokens / ours),
                  number("%,.0f", tokens / alone),
                  number("%,.0f", tokens / batches),
                  number("%.2f", ratio)));
          goals.atLeast("encoder %s / PyTorch".formatted(Workbench.model(modality)), ratio, 1.5);
        } finally {
          process.destroy();
        }
      }
    }
    System.out.println(table);
  }

  private static Process start(String python, Workbench workbench, Checkpoint checkpoint)
      throws IOException {
    String family =
        switch (checkpoint.family()) {
          case NUCLEOTIDE_TRANSFORMER -> "nt";
          case RNA_FM -> "rnafm";
          case ESM2 -> "esm2";
        };
    Path script = workbench.root().resolve("jobs/bench/pytorch/pytorch_encoders.py");
    ProcessBuilder builder =
        new ProcessBuilder(
            python,
            script.toString(),
            checkpoint.directory().toString(),
            family,
            Integer.toString(workbench.threads()));
    // PyTorch takes the number from its argument.
    builder.environment().remove("OMP_NUM_THREADS");
    return builder.redirectError(workbench.scratch().resolve("pytorch.log").toFile()).start();
  }

  private JsonNode ask(String question, PrintWriter out, BufferedReader in) throws IOException {
    out.println(question);
    String answer = in.readLine();
    if (answer == null) {
      throw new IOException("pytorch_encoders.py ended; run it by hand to see why");
    }
    return json.readTree(answer);
  }

  /** What is compared must be the same model. */
  private static void requireSame(Encoder encoder, List<Tokens> texts, JsonNode vectors) {
    for (int text = 0; text < texts.size(); text++) {
      float[] values = encoder.encode(texts.get(text)).values();
      int last = values.length - encoder.dim();
      for (int i = 0; i < 3; i++) {
        double theirs = vectors.get(text).get(i).asDouble();
        if (Math.abs(values[last + i] - theirs) > SAME) {
          throw new IllegalStateException(
              "text %d: %s here and %s in PyTorch".formatted(text, values[last + i], theirs));
        }
      }
    }
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
