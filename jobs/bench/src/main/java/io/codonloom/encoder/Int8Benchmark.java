package io.codonloom.encoder;

import io.codonloom.bench.Benchmark;
import io.codonloom.bench.Clock;
import io.codonloom.bench.Goals;
import io.codonloom.bench.Workbench;
import io.codonloom.cli.TextTable;
import io.codonloom.device.Device;
import io.codonloom.encoder.engine.Encoders;
import io.codonloom.encoder.engine.PrecisionError;
import io.codonloom.sequence.Modality;
import java.util.List;
import java.util.Locale;

/** What 8-bit integers gain and cost, on real sequences. */
public final class Int8Benchmark implements Benchmark {
  private static final int TEXTS = 6;

  @Override
  public String what() {
    return "8-bit integers beside fp32";
  }

  @Override
  public void run(Workbench workbench, Goals goals) throws Exception {
    TextTable table = new TextTable();
    table.line(
        List.of("model", "int8 / fp32 speed", "largest error", "relative error", "least cosine"));
    for (Modality modality : Modality.values()) {
      Checkpoint checkpoint = workbench.checkpoint(modality);
      try (Encoder exact = open(checkpoint, Precision.FP32, workbench);
          Encoder rounded = open(checkpoint, Precision.INT8, workbench)) {
        int characters = EncoderBenchmark.characters(modality, 341);
        Tokens tokens = exact.tokenize(workbench.text(modality, characters));
        double slow = Double.POSITIVE_INFINITY;
        double fast = Double.POSITIVE_INFINITY;
        for (int round = 0; round < workbench.rounds(); round++) {
          slow = Math.min(slow, Clock.best(0.7, () -> exact.encode(tokens)));
          fast = Math.min(fast, Clock.best(0.7, () -> rounded.encode(tokens)));
        }
        List<String> texts = workbench.texts(modality).subList(0, TEXTS);
        PrecisionError error = PrecisionError.between(rounded, exact, texts);
        table.line(
            List.of(
                Workbench.model(modality),
                number("%.2f", slow / fast),
                number("%.3f", error.largest()),
                number("%.4f", error.relative()),
                number("%.5f", error.leastCosine())));
      }
    }
    System.out.println(table);
  }

  private static Encoder open(Checkpoint checkpoint, Precision precision, Workbench workbench) {
    EncoderSettings settings =
        new EncoderSettings(EncoderOutput.HIDDEN, -1, precision, workbench.threads());
    return Encoders.open(checkpoint, checkpoint.modality(), settings, Device.CPU);
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
