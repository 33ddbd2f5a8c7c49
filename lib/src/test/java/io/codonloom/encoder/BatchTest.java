package io.codonloom.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.codonloom.device.Device;
import io.codonloom.encoder.engine.Encoders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts in one call against the same texts one by one. */
class BatchTest {
  private static final double TOLERANCE = 1e-5;
  private static final Path CHECKPOINTS =
      Path.of(System.getProperty("codonloom.root"), "test-data", "encoders");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"nt-v2-tiny", "rna-fm-tiny", "esm2-tiny"})
  void realSequencesOfAnyLengthsAreWhatTheyAreAlone(String name) throws IOException {
    Path directory = CHECKPOINTS.resolve(name);
    try (Encoder encoder = open(Checkpoint.open(directory), EncoderOutput.HIDDEN)) {
      List<Tokens> texts = new ArrayList<>(golden(directory, encoder));
      texts.sort(Comparator.comparingInt(Tokens::count));
      Tokens oneCodon = encoder.tokenize(name.startsWith("esm2") ? "M" : "ATG");
      Tokens longest = texts.get(texts.size() - 1);
      assertBatch(encoder, List.of(oneCodon, longest, oneCodon));
      SplittableRandom random = new SplittableRandom(7);
      for (int batch = 0; batch < 8; batch++) {
        List<Tokens> mix =
            Stream.generate(() -> texts.get(random.nextInt(texts.size()))).limit(5).toList();
        assertBatch(encoder, mix);
      }
    }
  }

  @Test
  void maskedTokensCountByTheTextThatTheyAreIn() throws IOException {
    Path directory = CHECKPOINTS.resolve("esm2-tiny");
    Checkpoint checkpoint = Checkpoint.open(directory);
    try (Encoder encoder = open(checkpoint, EncoderOutput.HIDDEN)) {
      SplittableRandom random = new SplittableRandom(8);
      List<Tokens> masked = new ArrayList<>();
      for (Tokens tokens : golden(directory, encoder).subList(0, 12)) {
        int[] ids = tokens.ids().clone();
        for (int i = 1; i + 1 < ids.length; i++) {
          if (random.nextInt(4) == 0) {
            ids[i] = checkpoint.architecture().maskId();
          }
        }
        masked.add(new Tokens(ids, tokens.starts(), tokens.ends()));
      }
      assertThat(masked).anyMatch(tokens -> countMasks(checkpoint, tokens) > 3);
      assertBatch(encoder, masked);
    }
  }

  private static long countMasks(Checkpoint checkpoint, Tokens tokens) {
    return IntStream.of(tokens.ids())
        .filter(id -> id == checkpoint.architecture().maskId())
        .count();
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void theLongestTextMayFillTheModel(Family family) throws IOException {
    // 61 tokens at most, which is no multiple of what padded texts are aligned to.
    Checkpoint checkpoint = Checkpoint.open(new RandomCheckpoint(family, 63, 1).write(folder));
    try (Encoder encoder = open(checkpoint, EncoderOutput.HIDDEN)) {
      List<Tokens> batch = new ArrayList<>();
      for (int tokens : new int[] {61, 3, 48, 47}) {
        int[] ids = new SplittableRandom(tokens).ints(tokens, 5, 25).toArray();
        batch.add(new Tokens(ids, new int[tokens], new int[tokens]));
      }
      assertBatch(encoder, batch);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nt-v2-tiny", "rna-fm-tiny", "esm2-tiny"})
  void logitsOfABatchAreThoseOfEachText(String name) throws IOException {
    Path directory = CHECKPOINTS.resolve(name);
    try (Encoder encoder = open(Checkpoint.open(directory), EncoderOutput.LOGITS)) {
      List<Tokens> texts = golden(directory, encoder);
      List<Tokens> batch = List.of(texts.get(0), texts.get(5), texts.get(2));
      List<TokenVectors> together = encoder.encodeTogether(batch);
      for (int i = 0; i < batch.size(); i++) {
        float[] alone = encoder.encode(batch.get(i)).values();
        // Scores are some ten times as large as hidden states.
        assertThat(distance(alone, together.get(i).values())).isLessThan(10 * TOLERANCE);
      }
    }
  }

  @Test
  void equalLengthsNeedNoPadding() throws IOException {
    Path directory = new RandomCheckpoint(Family.RNA_FM, 66, 1).write(folder);
    try (Encoder encoder = open(Checkpoint.open(directory), EncoderOutput.HIDDEN)) {
      assertBatch(encoder, List.of(encoder.tokenize("ACG"), encoder.tokenize("UUU")));
      assertThat(encoder.encodeTogether(List.of())).isEmpty();
    }
  }

  private static void assertBatch(Encoder encoder, List<Tokens> batch) {
    List<TokenVectors> together = encoder.encodeTogether(batch);
    List<TokenVectors> alone = encoder.encodeAll(batch);
    assertThat(together).hasSameSizeAs(batch);
    for (int i = 0; i < batch.size(); i++) {
      assertThat(together.get(i).tokens()).isSameAs(batch.get(i));
      assertThat(distance(alone.get(i).values(), together.get(i).values())).isLessThan(TOLERANCE);
    }
  }

  private static double distance(float[] a, float[] b) {
    assertThat(a).hasSameSizeAs(b);
    return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElse(0);
  }

  private static Encoder open(Checkpoint checkpoint, EncoderOutput output) {
    EncoderSettings settings = new EncoderSettings(output, -1, Precision.FP32, 1);
    return Encoders.open(checkpoint, checkpoint.modality(), settings, Device.CPU);
  }

  private static List<Tokens> golden(Path directory, Encoder encoder) throws IOException {
    JsonNode cases =
        new ObjectMapper()
            .readTree(Files.readString(directory.resolve("golden/golden.json")))
            .path("cases");
    List<Tokens> tokens = new ArrayList<>();
    cases.forEach(one -> tokens.add(encoder.tokenize(one.path("sequence").asText())));
    assertThat(tokens).hasSizeGreaterThan(30);
    return tokens;
  }
}
