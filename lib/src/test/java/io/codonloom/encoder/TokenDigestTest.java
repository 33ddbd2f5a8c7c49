package io.codonloom.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.codonloom.sequence.ContentHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Against the original tokenizers on 10,000 generated texts each, of which only a digest is stored;
 * test-data/encoders/make_token_digests.py describes how the texts are drawn.
 */
class TokenDigestTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("codonloom.root"), "test-data", "encoders");
  private static final int LONGEST = 1022;

  @ParameterizedTest
  @CsvSource({
    "nt-v2-tiny, nt-v2-tiny",
    "nt-v2-tiny, nt-v2-untrained",
    "rna-fm-tiny, rna-fm-tiny",
    "rna-fm-original, rna-fm-original",
    "esm2-tiny, esm2-tiny",
    "esm2-tiny, esm2-untrained"
  })
  void tokensOfGeneratedTextsAreThoseOfTheOriginal(String original, String checkpoint)
      throws IOException {
    JsonNode file =
        new ObjectMapper().readTree(Files.readString(FOLDER.resolve("token-digests.json")));
    JsonNode expected =
        StreamSupport.stream(file.path("tokenizers").spliterator(), false)
            .filter(one -> one.path("checkpoint").asText().equals(original))
            .findFirst()
            .orElseThrow();
    List<String> letters = new ArrayList<>();
    expected.path("letters").forEach(one -> letters.add(one.asText()));
    Tokenizer tokenizer = Checkpoint.open(FOLDER.resolve(checkpoint)).tokenizer();

    assertThat(expected.path("examples")).isNotEmpty();
    for (JsonNode example : expected.path("examples")) {
      String text = text(example.path("number").asInt(), letters);
      assertThat(text).isEqualTo(example.path("text").asText());
      assertThat(tokenizer.tokenize(text).ids())
          .as(text)
          .containsExactly(
              StreamSupport.stream(example.path("token_ids").spliterator(), false)
                  .mapToInt(JsonNode::asInt)
                  .toArray());
    }

    MessageDigest digest = ContentHash.sha256();
    int texts = file.path("texts").asInt();
    assertThat(texts).isEqualTo(10_000);
    for (int number = 0; number < texts; number++) {
      int[] ids = tokenizer.tokenize(text(number, letters)).ids();
      ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * ids.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.putInt(ids.length).asIntBuffer().put(ids);
      digest.update(bytes.array());
    }
    assertThat(HexFormat.of().formatHex(digest.digest()))
        .isEqualTo(expected.path("sha256").asText());
  }

  private static String text(int number, List<String> letters) {
    SplitMix random = new SplitMix(number);
    char[] text = new char[1 + random.below(LONGEST)];
    String alphabet = letters.get(number % letters.size());
    for (int i = 0; i < text.length; i++) {
      text[i] = alphabet.charAt(random.below(alphabet.length()));
    }
    return new String(text);
  }

  /** SplitMix64: Steele, Lea and Flood, OOPSLA 2014, figure 16. */
  private static final class SplitMix {
    private long state;

    SplitMix(long seed) {
      state = seed;
    }

    int below(int bound) {
      state += 0x9E3779B97F4A7C15L;
      long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      return (int) ((z ^ (z >>> 31)) >>> 33) % bound;
    }
  }
}
