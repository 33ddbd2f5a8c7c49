package io.codonloom.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.codonloom.device.Device;
import io.codonloom.encoder.GoldenVectors.Case;
import io.codonloom.encoder.GoldenVectors.Difference;
import io.codonloom.encoder.engine.Encoders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checkpoints in the published models' full shapes, which test-data/encoders/make_full_shapes.py
 * writes into the folder that the system property {@code codonloom.full-shapes} names.
 */
@Tag("long")
class FullShapeTest {
  /** For vectors of rms 1; the deepest model adds up 33 layers' rounding. */
  private static final double MAX_ABSOLUTE = 1e-4;

  private static final double MIN_COSINE = 0.99999;

  @ParameterizedTest
  @CsvSource({
    "nt-v2-100m, NUCLEOTIDE_TRANSFORMER, 512",
    "rna-fm, RNA_FM, 640",
    "esm2-8m, ESM2, 320",
    "esm2-650m, ESM2, 1280"
  })
  void aPublishedShapeGivesTheOriginalsVectors(String name, Family family, int dim)
      throws IOException {
    String folder = System.getProperty("codonloom.full-shapes", "");
    assumeTrue(
        !folder.isEmpty() && Files.isDirectory(Path.of(folder, name)),
        "no "
            + name
            + " in -Dcodonloom.full-shapes="
            + folder
            + "; test-data/encoders/make_full_shapes.py writes it");
    Map<String, Long> before = residentMib();
    long start = System.nanoTime();
    Checkpoint checkpoint = Checkpoint.open(Path.of(folder, name));
    assertThat(checkpoint.family()).isEqualTo(family);
    EncoderSettings last = new EncoderSettings(EncoderOutput.HIDDEN, -1, Precision.FP32, 2);
    try (Encoder encoder = Encoders.open(checkpoint, checkpoint.modality(), last, Device.CPU)) {
      long loaded = System.nanoTime();
      assertThat(encoder.dim()).isEqualTo(dim);
      Map<String, Long> after = residentMib();
      GoldenVectors golden = GoldenVectors.open(checkpoint.directory());
      assertThat(golden.cases()).hasSize(2);
      double worst = 0;
      for (Case one : golden.cases()) {
        Tokens tokens = GoldenVectors.tokens(checkpoint, one);
        assertThat(tokens.ids()).containsExactly(one.tokenIds().toArray(Integer[]::new));
        Difference found = golden.difference(one, "last_hidden_state", encoder.encode(tokens));
        assertThat(found.maxAbsolute()).as(one.id()).isLessThanOrEqualTo(MAX_ABSOLUTE);
        assertThat(found.cosine()).as(one.id()).isGreaterThanOrEqualTo(MIN_COSINE);
        worst = Math.max(worst, found.maxAbsolute());
      }
      System.out.printf(
          "%s: %d MiB of weights, max abs %.2g, loaded in %.2f s, MiB before %s, loaded %s, used"
              + " %s%n",
          name,
          Files.size(checkpoint.directory().resolve("model.safetensors")) >> 20,
          worst,
          (loaded - start) / 1e9,
          before,
          after,
          residentMib());
    }
  }

  /** Resident memory in all, private, and of mapped files; empty where there is no /proc. */
  private static Map<String, Long> residentMib() throws IOException {
    Map<String, Long> memory = new TreeMap<>();
    Path status = Path.of("/proc/self/status");
    if (Files.isReadable(status)) {
      for (String line : Files.readAllLines(status)) {
        if (line.matches("(VmRSS|RssAnon|RssFile):.*")) {
          String name = line.substring(0, line.indexOf(':'));
          memory.put(name, Long.parseLong(line.replaceAll("\\D", "")) >> 10);
        }
      }
    }
    return memory;
  }
}
