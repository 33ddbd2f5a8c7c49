package io.codonloom.encoder;

import io.codonloom.bench.Benchmark;
import io.codonloom.bench.Clock;
import io.codonloom.bench.Goals;
import io.codonloom.bench.Workbench;
import io.codonloom.cli.TextTable;
import io.codonloom.device.Device;
import io.codonloom.encoder.engine.Encoders;
import io.codonloom.encoder.onnx.EncoderProfile;
import io.codonloom.encoder.onnx.MatMulPeak;
import io.codonloom.sequence.Modality;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Encoders of the published shapes in single precision: the share of ONNX Runtime's own sgemm rate,
 * the two measured in turns; and single texts beside sorted, padded batches.
 */
public final class EncoderBenchmark implements Benchmark {
  private static final double SECONDS = 1;
  private static final int BATCH_TOKENS = 4096;
  private static final int BATCHED_TEXTS = 12;
  private static final int BATCH_ROUNDS = 2;

  @Override
  public String what() {
    return "encoders in fp32 beside sgemm, and single texts beside sorted batches";
  }

  @Override
  public void run(Workbench workbench, Goals goals) throws Exception {
    EncoderSettings settings =
        new EncoderSettings(EncoderOutput.HIDDEN, -1, Precision.FP32, workbench.threads());
    TextTable shares = new TextTable();
    shares.line(
        List.of(
            "model", "tokens", "tokens/s", "GFLOP/s", "sgemm GFLOP/s", "share", "median share"));
    TextTable batches = new TextTable();
    batches.line(
        List.of("model", "texts", "tokens/s alone", "in batches", "padding", "alone / batches"));
    try (MatMulPeak peak = new MatMulPeak(settings)) {
      for (Modality modality : Modality.values()) {
        Checkpoint checkpoint = workbench.checkpoint(modality);
        try (Encoder encoder = Encoders.open(checkpoint, modality, settings, Device.CPU)) {
          double least = Double.POSITIVE_INFINITY;
          for (int tokens : List.of(341, 1022)) {
            String text = workbench.text(modality, characters(modality, tokens));
            if (Boolean.getBoolean("bench.profile")) {
              System.out.println(Workbench.model(modality) + ", " + tokens + " tokens");
              System.out.println(
                  EncoderProfile.of(
                      checkpoint, settings, encoder.tokenize(text), workbench.scratch()));
            }
            Share share = share(encoder, encoder.tokenize(text), peak, workbench.rounds());
            shares.line(share.line(Workbench.model(modality), tokens));
            least = Math.min(least, share.ratio());
          }
          goals.atLeast(
              "encoder %s / sgemm".formatted(Workbench.model(modality)),
              least,
              modality == Modality.PROTEIN ? 0.5 : 0.7);
          batches.line(batches(encoder, workbench));
        }
      }
    }
    System.out.println(shares);
    System.out.println(batches);
  }

  /** How long a text is to be for so many tokens. */
  static int characters(Modality modality, int tokens) {
    return switch (modality) {
      case DNA -> 6 * (tokens - 1);
      case RNA, PROTEIN -> tokens - 2;
    };
  }

  /** Rates in FLOP/s, and tokens a second; {@code median} is that of the rounds' ratios. */
  record Share(double encoder, double peak, double median, double tokens) {
    double ratio() {
      return encoder / peak;
    }

    List<String> line(String model, int length) {
      return List.of(
          model,
          "" + length,
          number("%,.0f", tokens),
          number("%.0f", encoder / 1e9),
          number("%.0f", peak / 1e9),
          number("%.2f", ratio()),
          number("%.2f", median));
    }
  }

  private static Share share(Encoder encoder, Tokens tokens, MatMulPeak peak, int rounds)
      throws Exception {
    double flops = encoder.checkpoint().flops(tokens.count());
    double bestEncoder = 0;
    double bestPeak = 0;
    double[] ratios = new double[rounds];
    encoder.encode(tokens);
    for (int round = 0; round < rounds; round++) {
      double peakRate = MatMulPeak.flops() / Clock.best(SECONDS / 2, peak::run);
      double rate = flops / Clock.best(SECONDS, () -> encoder.encode(tokens));
      ratios[round] = rate / peakRate;
      bestEncoder = Math.max(bestEncoder, rate);
      bestPeak = Math.max(bestPeak, peakRate);
    }
    return new Share(
        bestEncoder, bestPeak, Clock.median(ratios), bestEncoder / flops * tokens.count());
  }

  /** Real texts of mixed lengths one by one, and sorted into batches of a token budget. */
  private static List<String> batches(Encoder encoder, Workbench workbench) throws Exception {
    List<Tokens> texts =
        workbench.texts(encoder.checkpoint().modality()).stream()
            .limit(BATCHED_TEXTS)
            .map(encoder::tokenize)
            .sorted(Comparator.comparingInt(Tokens::count).reversed())
            .toList();
    List<List<Tokens>> batches = new ArrayList<>();
    long tokens = 0;
    long padded = 0;
    for (int i = 0; i < texts.size(); ) {
      int longest = texts.get(i).count();
      int end = Math.min(texts.size(), i + Math.max(1, BATCH_TOKENS / longest));
      batches.add(texts.subList(i, end));
      padded += (long) longest * (end - i);
      i = end;
    }
    for (Tokens text : texts) {
      tokens += text.count();
    }
    double alone = Double.POSITIVE_INFINITY;
    double together = Double.POSITIVE_INFINITY;
    for (int round = 0; round < BATCH_ROUNDS; round++) {
      alone = Math.min(alone, Clock.seconds(() -> texts.forEach(encoder::encode)));
      together = Math.min(together, Clock.seconds(() -> batches.forEach(encoder::encodeTogether)));
    }
    return List.of(
        Workbench.model(encoder.checkpoint().modality()),
        "" + texts.size(),
        number("%,.0f", tokens / alone),
        number("%,.0f", tokens / together),
        number("%.1f %%", 100.0 * (padded - tokens) / padded),
        number("%.2f", together / alone));
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
