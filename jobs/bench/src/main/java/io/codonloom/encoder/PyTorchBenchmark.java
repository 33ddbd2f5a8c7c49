package io.codonloom.encoder;

import com.fasterxml.jackson.databind.JsonNode;
import io.codonloom.UserException;
import io.codonloom.bench.Benchmark;
import io.codonloom.bench.Clock;
import io.codonloom.bench.Goals;
import io.codonloom.bench.PythonProcess;
import io.codonloom.bench.Workbench;
import io.codonloom.cli.TextTable;
import io.codonloom.device.Device;
import io.codonloom.encoder.engine.Encoders;
import io.codonloom.sequence.Modality;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * The encoders beside PyTorch (bench/pytorch): the same checkpoints, the same token ids of real
 * genes, as many threads, in turns.
 */
public final class PyTorchBenchmark implements Benchmark {
  private static final int TEXTS = 12;
  private static final double SAME = 1e-2;

  @Override
  public String what() {
    return "our encoders beside PyTorch's";
  }

  @Override
  public void run(Workbench workbench, Goals goals) throws Exception {
    if (!PythonProcess.isAvailable()) {
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
      try (Encoder encoder = Encoders.open(checkpoint, modality, settings, Device.CPU)) {
        List<Tokens> texts =
            workbench.texts(modality).stream().limit(TEXTS).map(encoder::tokenize).toList();
        long tokens = texts.stream().mapToLong(Tokens::count).sum();
        try (PythonProcess python = start(workbench, checkpoint)) {
          python.tell(texts.stream().map(Tokens::ids).toList());
          requireSame(encoder, texts, python.ask("vectors"));
          double ours = Double.POSITIVE_INFINITY;
          double alone = Double.POSITIVE_INFINITY;
          double batches = Double.POSITIVE_INFINITY;
          for (int round = 0; round < workbench.rounds(); round++) {
            ours = Math.min(ours, Clock.seconds(() -> texts.forEach(encoder::encode)));
            alone = Math.min(alone, python.ask("alone").asDouble());
            batches = Math.min(batches, python.ask("batches").asDouble());
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
        }
      }
    }
    System.out.println(table);
  }

  private static PythonProcess start(Workbench workbench, Checkpoint checkpoint)
      throws IOException {
    String family =
        switch (checkpoint.family()) {
          case NUCLEOTIDE_TRANSFORMER -> "nt";
          case RNA_FM -> "rnafm";
          case ESM2 -> "esm2";
        };
    return PythonProcess.start(
        workbench,
        "pytorch_encoders.py",
        checkpoint.directory().toString(),
        family,
        Integer.toString(workbench.threads()));
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
              String.format(
                  Locale.ROOT,
                  "text %d: %s here and %s in PyTorch",
                  text,
                  values[last + i],
                  theirs));
        }
      }
    }
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
