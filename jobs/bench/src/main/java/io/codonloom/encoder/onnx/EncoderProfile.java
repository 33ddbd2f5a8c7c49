package io.codonloom.encoder.onnx;

import ai.onnxruntime.OrtSession.SessionOptions;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.codonloom.cli.TextTable;
import io.codonloom.device.Device;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.encoder.EncoderModel;
import io.codonloom.encoder.EncoderSettings;
import io.codonloom.encoder.TextBatch;
import io.codonloom.encoder.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Which operators of an encoder's graph take the time, by ONNX Runtime's own profile. */
public final class EncoderProfile {
  private static final int CALLS = 10;

  private EncoderProfile() {}

  /** Runs an unpadded text some times; gives the share of each kind of operator. */
  public static String of(
      Checkpoint checkpoint, EncoderSettings settings, Tokens tokens, Path folder)
      throws Exception {
    EncoderModel model = checkpoint.model(settings);
    OnnxGraph graph = new EncoderGraph(model, settings.precision(), false).hidden(model.layer());
    TextBatch batch = TextBatch.of(checkpoint, List.of(tokens));
    Path files = Files.createTempDirectory(folder, "profile-");
    try (WeightTensors weights = new WeightTensors(model.weights());
        SessionOptions options = RuntimeOptions.of(settings, Device.CPU, graph.weightBytes())) {
      options.enableProfiling(files.resolve("ort").toString());
      try (EncoderSession session = new EncoderSession(graph, weights, options, model.width())) {
        for (int call = 0; call < CALLS; call++) {
          session.run(batch);
        }
      }
    }
    return table(microseconds(files));
  }

  private static Map<String, Double> microseconds(Path files) throws IOException {
    Map<String, Double> byOperator = new TreeMap<>();
    try (var written = Files.list(files)) {
      JsonNode events = new ObjectMapper().readTree(written.findFirst().orElseThrow().toFile());
      for (JsonNode event : events) {
        if (event.path("name").asText().endsWith("_kernel_time")) {
          byOperator.merge(
              event.path("args").path("op_name").asText(),
              event.path("dur").asDouble() / CALLS,
              Double::sum);
        }
      }
    }
    return byOperator;
  }

  private static String table(Map<String, Double> byOperator) {
    double all = byOperator.values().stream().mapToDouble(Double::doubleValue).sum();
    TextTable table = new TextTable().line(List.of("operator", "ms a call", "share"));
    byOperator.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .filter(one -> one.getValue() > all / 200)
        .forEach(
            one ->
                table.line(
                    List.of(
                        one.getKey(),
                        String.format(Locale.ROOT, "%.2f", one.getValue() / 1000),
                        String.format(Locale.ROOT, "%.1f %%", 100 * one.getValue() / all))));
    return table.toString();
  }
}
