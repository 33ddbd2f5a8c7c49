package io.codonloom.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The NVIDIA cards that a process may use, as the driver's {@code nvidia-smi} lists them. */
final class CudaCards {
  private static final Pattern LINE = Pattern.compile("(.{1,200}), (\\d{1,3})\\.(\\d{1,3})");
  private static final Pattern SELECTION = Pattern.compile("[\\w-]+(,[\\w-]+)*");
  private static final int MOST_BYTES = 1 << 16;
  private static final int PATIENCE_SECONDS = 20;

  private CudaCards() {}

  /**
   * A card.
   *
   * @param major of its compute capability
   * @param minor of it
   */
  record Card(String name, int major, int minor) {
    boolean isNewerThan(int otherMajor, int otherMinor) {
      return major > otherMajor || (major == otherMajor && minor > otherMinor);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%s (sm_%d%d)", name, major, minor);
    }
  }

  /**
   * Asks the program.
   *
   * @param program {@code nvidia-smi}
   * @param visible the value of CUDA_VISIBLE_DEVICES; null if it is not set
   * @throws IOException if there is no such program, it fails, or what it says is something else
   */
  static List<Card> list(String program, String visible) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(program);
    command.add("--query-gpu=name,compute_cap");
    command.add("--format=csv,noheader");
    if (visible != null) {
      if (!SELECTION.matcher(visible).matches()) {
        return List.of(); // CUDA sees none either.
      }
      command.add("--id=" + visible);
    }
    Path output = Files.createTempFile("codonloom-nvidia-smi-", "");
    try {
      return parse(run(command, output));
    } finally {
      Files.delete(output);
    }
  }

  private static List<String> run(List<String> command, Path output) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("nvidia-smi does not answer");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
    if (Files.size(output) > MOST_BYTES) {
      throw new IOException("nvidia-smi says more than it should");
    }
    List<String> lines = Files.readString(output, StandardCharsets.UTF_8).lines().toList();
    if (process.exitValue() != 0) {
      throw new IOException("nvidia-smi fails: " + (lines.isEmpty() ? "" : lines.get(0)));
    }
    return lines;
  }

  static List<Card> parse(List<String> lines) throws IOException {
    List<Card> cards = new ArrayList<>();
    for (String line : lines) {
      Matcher matcher = LINE.matcher(line.strip());
      if (!matcher.matches()) {
        throw new IOException("nvidia-smi does not tell the compute capability of each card");
      }
      cards.add(
          new Card(
              matcher.group(1),
              Integer.parseInt(matcher.group(2)),
              Integer.parseInt(matcher.group(3))));
    }
    return cards;
  }
}
