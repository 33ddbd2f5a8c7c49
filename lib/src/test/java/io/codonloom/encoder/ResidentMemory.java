package io.codonloom.encoder;

import io.codonloom.device.Device;
import io.codonloom.encoder.onnx.OnnxEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * By how many bytes a process grows that encodes. In a JVM of its own, whose heap is resident from
 * the start, what grows is native memory.
 */
public final class ResidentMemory {
  private static final EncoderSettings SETTINGS =
      new EncoderSettings(EncoderOutput.HIDDEN, -1, Precision.FP32, 1);

  private ResidentMemory() {}

  /** Over the last 8,000 of 10,000 short texts. */
  public static long growthOverManyTexts(Path checkpoint) throws IOException, InterruptedException {
    return run(checkpoint.toString());
  }

  /** In one call of so many texts of as many tokens as the model reads, padded by one or none. */
  public static long growthOfOneCall(Path checkpoint, int texts, boolean padded)
      throws IOException, InterruptedException {
    return run(checkpoint.toString(), Integer.toString(texts), Boolean.toString(padded));
  }

  private static long run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Collections.addAll(command, "-Xms160m", "-Xmx160m", "-XX:+UseSerialGC", "-XX:+AlwaysPreTouch");
    Collections.addAll(command, "-cp", System.getProperty("java.class.path"));
    command.add(ResidentMemory.class.getName());
    Collections.addAll(command, arguments);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("the JVM ended with " + process.exitValue());
    }
    return Long.parseLong(output.strip());
  }

  /** Prints the growth. */
  public static void main(String[] arguments) throws IOException {
    Checkpoint checkpoint = Checkpoint.open(Path.of(arguments[0]));
    try (Encoder encoder = OnnxEncoder.load(checkpoint, SETTINGS, Device.CPU)) {
      if (arguments.length == 1) {
        encode(encoder, 0, 2000);
        long before = residentBytes();
        encode(encoder, 2000, 10_000);
        System.out.println(residentBytes() - before);
      } else {
        int whole = checkpoint.maxTokens();
        int last = Boolean.parseBoolean(arguments[2]) ? whole - 1 : whole;
        // Loads the session and what else a first call needs.
        encoder.encodeTogether(List.of(tokens(2), tokens(last == whole ? 2 : 1)));
        List<Tokens> batch = new ArrayList<>();
        batch.addAll(Collections.nCopies(Integer.parseInt(arguments[1]) - 1, tokens(whole)));
        batch.add(tokens(last));
        long before = residentBytes();
        encoder.encodeTogether(batch);
        System.out.println(residentBytes() - before);
      }
    }
  }

  private static void encode(Encoder encoder, int from, int to) {
    for (int i = from; i < to; i++) {
      encoder.encode(RandomCheckpoint.text("ACGU", 3 + i % 180, i));
    }
  }

  private static Tokens tokens(int count) {
    return new Tokens(new int[count], new int[count], new int[count]);
  }

  private static long residentBytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }
}
