package io.codonloom.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.UserException;
import io.codonloom.device.Device;
import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.embedding.Dtype;
import io.codonloom.embedding.KeyedText;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.encoder.Encoder;
import io.codonloom.encoder.EncoderOutput;
import io.codonloom.encoder.EncoderSettings;
import io.codonloom.encoder.Precision;
import io.codonloom.encoder.engine.Encoders;
import io.codonloom.job.embed.EmbedFixture;
import io.codonloom.sequence.Modality;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BatchEncoderTest {
  /** Lets a few hundred residues pass. */
  private static final Device SMALL = new Device(-1, 1 << 20);

  private static Encoder encoder;
  private final List<List<KeyedText>> calls = new ArrayList<>();
  private final List<String> stored = new ArrayList<>();

  @BeforeAll
  static void open() {
    encoder =
        Encoders.open(
            Checkpoint.open(Path.of(URI.create(EmbedFixture.checkpoint("esm2-tiny")))),
            Modality.PROTEIN,
            new EncoderSettings(EncoderOutput.HIDDEN, -1, Precision.FP32, 1),
            SMALL);
  }

  @AfterAll
  static void close() {
    encoder.close();
  }

  private static KeyedText input(int number, int length) {
    return new KeyedText("%04d".formatted(number), "A".repeat(length));
  }

  private static List<KeyedText> inputs(int count, long seed) {
    Random random = new Random(seed);
    List<KeyedText> inputs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      inputs.add(input(i, 20 + random.nextInt(11)));
    }
    return inputs;
  }

  /** A batch takes the real encoder's memory for one text of the padded length of all. */
  private List<CodonEmbedding> encodeAll(List<KeyedText> batch) {
    int longest = batch.stream().mapToInt(input -> input.text().length()).max().getAsInt();
    encoder.encode("A".repeat(longest * batch.size()));
    calls.add(List.copyOf(batch));
    return batch.stream()
        .map(input -> CodonEmbedding.of(input.key(), 0, 1, 1, Dtype.FP16, new float[1]))
        .toList();
  }

  private Map<KeyedText, String> encode(int batchTokens, List<KeyedText> inputs)
      throws IOException {
    return new BatchEncoder(this::encodeAll, String::length, batchTokens)
        .encode(inputs, embedding -> stored.add(embedding.key()));
  }

  private static List<String> keys(List<KeyedText> inputs) {
    return inputs.stream().map(KeyedText::key).toList();
  }

  @Test
  void withoutABudgetEachInputIsReadAloneAndInItsOrder() throws IOException {
    List<KeyedText> inputs = inputs(12, 1);
    assertThat(encode(0, inputs)).isEmpty();
    assertThat(calls).hasSize(12).allMatch(batch -> batch.size() == 1);
    assertThat(stored).isEqualTo(keys(inputs));
  }

  @Test
  void batchesHoldSimilarLengthsUpToTheBudgetAndRowsKeepTheirOrder() throws IOException {
    List<KeyedText> inputs = inputs(200, 2);
    assertThat(encode(100, inputs)).isEmpty();
    long padded = 0;
    long tokens = 0;
    for (List<KeyedText> batch : calls) {
      int longest = batch.get(0).text().length();
      assertThat(longest * batch.size()).isLessThanOrEqualTo(100);
      padded += (long) longest * batch.size();
      tokens += batch.stream().mapToInt(input -> input.text().length()).sum();
    }
    assertThat((double) padded / tokens).as("padding").isLessThan(1.08);
    assertThat(calls.stream().mapToInt(List::size).average().getAsDouble()).isGreaterThan(2.9);
    assertThat(stored).isEqualTo(keys(inputs));
  }

  @Test
  void aBatchThatDoesNotFitIsHalvedAndTheNextOnesAreSmaller() throws IOException {
    List<KeyedText> inputs = inputs(64, 3);
    assertThat(encode(1000, inputs)).isEmpty();
    assertThat(stored).isEqualTo(keys(inputs));
    assertThat(calls.stream().mapToInt(List::size).max().getAsInt()).isBetween(3, 20);
    assertThat(calls.stream().mapToInt(List::size).sum()).isEqualTo(64);
  }

  @Test
  void anInputThatDoesNotFitAloneIsSetAsideAndTheOthersAreNot() throws IOException {
    List<KeyedText> inputs = new ArrayList<>(inputs(10, 4));
    inputs.add(5, input(77, 900));
    for (int batchTokens : new int[] {0, 2000}) {
      stored.clear();
      Map<KeyedText, String> setAside = encode(batchTokens, inputs);
      assertThat(setAside).containsOnlyKeys(inputs.get(5));
      assertThat(setAside.get(inputs.get(5))).contains("MiB allowed");
      assertThat(stored).hasSize(10).isSorted().doesNotContain("0077");
    }
  }

  @Test
  void anInputThatCannotBeReadIsSetAsideWithItsReason() throws IOException {
    List<KeyedText> inputs = inputs(8, 5);
    BatchEncoder batches =
        new BatchEncoder(
            batch -> {
              if (keys(batch).contains("0003")) {
                throw new UserException("protein input 0003: unreadable");
              }
              return encodeAll(batch);
            },
            String::length,
            60);
    Map<KeyedText, String> setAside =
        batches.encode(inputs, embedding -> stored.add(embedding.key()));
    assertThat(setAside).containsOnly(Map.entry(inputs.get(3), "protein input 0003: unreadable"));
    assertThat(stored).hasSize(7).isSorted();
  }
}
