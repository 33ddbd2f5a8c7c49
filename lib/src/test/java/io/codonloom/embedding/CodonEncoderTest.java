package io.codonloom.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.codonloom.UserException;
import io.codonloom.device.Device;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.encoder.Encoder;
import io.codonloom.encoder.EncoderOutput;
import io.codonloom.encoder.EncoderSettings;
import io.codonloom.encoder.Family;
import io.codonloom.encoder.Precision;
import io.codonloom.encoder.RandomCheckpoint;
import io.codonloom.encoder.engine.Encoders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CodonEncoderTest {
  private static final Windows NONE = new Windows(false, 0, 0);

  @TempDir Path folder;
  private Encoder encoder;

  private Encoder open(Family family) throws IOException {
    Checkpoint checkpoint = Checkpoint.open(new RandomCheckpoint(family, 66, 1).write(folder));
    encoder =
        Encoders.open(
            checkpoint,
            family.modality(),
            new EncoderSettings(EncoderOutput.HIDDEN, -1, Precision.FP32, 1),
            Device.CPU);
    return encoder;
  }

  @AfterEach
  void close() {
    encoder.close();
  }

  private static String text(Family family, int codons, long seed) {
    boolean protein = family == Family.ESM2;
    return RandomCheckpoint.text(protein ? "ACDEFG" : "ACGN", protein ? codons : 3 * codons, seed);
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void everyCodonHasOneVector(Family family) throws IOException {
    CodonEncoder codons = new CodonEncoder(open(family), NONE, Dtype.FP32);
    for (int length = 1; length <= 20; length++) {
      CodonEmbedding embedding = codons.encode("key", text(family, length, length));
      assertThat(embedding.startCodon()).isZero();
      assertThat(embedding.endCodon()).isEqualTo(length);
      assertThat(embedding.toFloats()).hasSize(length * encoder.dim());
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void oneWindowIsThePlainResult(Family family) throws IOException {
    open(family);
    String text = text(family, 15, 1);
    byte[] plain = new CodonEncoder(encoder, NONE, Dtype.FP32).encode("key", text).bytes();
    for (Windows windows : new Windows[] {new Windows(true, 0, 4), new Windows(true, 15, 4)}) {
      assertThat(new CodonEncoder(encoder, windows, Dtype.FP32).encode("key", text).bytes())
          .isEqualTo(plain);
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void windowsAreAveragedWhereTheyOverlap(Family family) throws IOException {
    open(family);
    String text = text(family, 16, 2);
    int letters = text.length() / 16;
    CodonEncoder plain = new CodonEncoder(encoder, NONE, Dtype.FP32);
    // Windows of 10 codons that share 4: codons 0 to 10 and 6 to 16.
    float[] first = plain.encode("key", text.substring(0, 10 * letters)).toFloats();
    float[] second = plain.encode("key", text.substring(6 * letters)).toFloats();
    CodonEmbedding whole =
        new CodonEncoder(encoder, new Windows(true, 10, 4), Dtype.FP32).encode("key", text);
    float[] actual = whole.toFloats();
    int dim = encoder.dim();
    assertThat(Arrays.copyOf(actual, 6 * dim)).isEqualTo(Arrays.copyOf(first, 6 * dim));
    for (int i = 6 * dim; i < 10 * dim; i++) {
      assertThat(actual[i]).isCloseTo((first[i] + second[i - 6 * dim]) / 2, within(1e-6f));
    }
    assertThat(Arrays.copyOfRange(actual, 10 * dim, 16 * dim))
        .isEqualTo(Arrays.copyOfRange(second, 4 * dim, 10 * dim));
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void inputsBeyondTheModelsLimitAreReadInItsOwnWindows(Family family) throws IOException {
    open(family);
    CodonEncoder windowed = new CodonEncoder(encoder, new Windows(true, 0, 5), Dtype.FP16);
    CodonEncoder plain = new CodonEncoder(encoder, NONE, Dtype.FP16);
    String text = text(family, 300, 3);
    assertThat(windowed.encode("key", text).codons()).isEqualTo(300);
    assertThatThrownBy(() -> plain.encode("key", text))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(family.modality().id() + " input key: of 300 codons");
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void aBatchGivesEachTextsOwnEmbeddingInOrder(Family family) throws IOException {
    open(family);
    CodonEncoder codons = new CodonEncoder(encoder, new Windows(true, 10, 4), Dtype.FP32);
    List<KeyedText> batch =
        IntStream.of(16, 1, 40, 10, 11)
            .mapToObj(length -> new KeyedText("key " + length, text(family, length, length)))
            .toList();
    List<CodonEmbedding> together = codons.encodeAll(batch);
    assertThat(together).hasSameSizeAs(batch);
    for (int i = 0; i < batch.size(); i++) {
      CodonEmbedding alone = codons.encode(batch.get(i).key(), batch.get(i).text());
      assertThat(together.get(i).key()).isEqualTo(batch.get(i).key());
      assertThat(together.get(i).bytes()).isEqualTo(alone.bytes());
    }
    assertThat(codons.encodeAll(List.of())).isEmpty();
  }

  @Test
  void oneBadInputOfABatchIsNamed() throws IOException {
    CodonEncoder codons = new CodonEncoder(open(Family.RNA_FM), NONE, Dtype.FP16);
    List<KeyedText> batch = List.of(new KeyedText("good", "ACG"), new KeyedText("bad", "AC#"));
    assertThatThrownBy(() -> codons.encodeAll(batch))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("rna input bad: character '#' at position 2");
  }

  @Test
  void badInputsAreNamed() throws IOException {
    CodonEncoder codons = new CodonEncoder(open(Family.RNA_FM), NONE, Dtype.FP16);
    assertThatThrownBy(() -> codons.encode("ab12", "ACGU"))
        .isInstanceOf(UserException.class)
        .hasMessage("rna input ab12: 4 characters are no whole number of codons");
    assertThatThrownBy(() -> codons.encode("ab12", ""))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("ab12");
    assertThatThrownBy(() -> codons.encode("ab12", "AC#"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("rna input ab12: character '#' at position 2");
  }
}
