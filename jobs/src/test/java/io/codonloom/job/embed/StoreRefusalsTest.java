package io.codonloom.job.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.UserException;
import io.codonloom.config.EncoderConfig;
import io.codonloom.config.Encoding;
import io.codonloom.config.Encoding.Processor;
import io.codonloom.encoder.EncoderOutput;
import io.codonloom.encoder.Precision;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.OverLong;
import io.codonloom.store.StoreIdentity;
import io.codonloom.workspace.WholeFile;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a store says to an encoder that is not the one it was filled by. */
class StoreRefusalsTest {
  @TempDir Path folder;
  private EmbedFixture fixture;
  private Path checkpoint;

  @BeforeEach
  void fill() throws IOException {
    checkpoint = Files.createDirectory(folder.resolve("checkpoint"));
    Path original = Path.of(URI.create(EmbedFixture.checkpoint("esm2-tiny")));
    for (String name : List.of("config.json", "vocab.txt", "model.safetensors")) {
      Files.copy(original.resolve(name), checkpoint.resolve(name));
    }
    fixture = new EmbedFixture(folder.resolve("ws"));
    fixture.encoders.clear();
    encoder(-1);
    fixture.dataset("a", EmbedFixture.genes().subList(0, 1), 1).embed("a");
  }

  private void encoder(int layer) {
    fixture.encoders.put(
        Modality.PROTEIN,
        new EncoderConfig(
            checkpoint.toUri().toString(), OverLong.REJECT, 0, 0, EncoderOutput.HIDDEN, layer));
  }

  private void assertRefused(String... differences) throws IOException {
    Map<String, ByteBuffer> before = fixture.objects();
    assertThatThrownBy(() -> fixture.embed("a"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("holds protein embeddings that were made otherwise")
        .hasMessageContaining("give the store another name, or use the former settings")
        .satisfies(
            e -> {
              for (String difference : differences) {
                assertThat(e.getMessage()).containsPattern(difference);
              }
              // Every field that differs, and no other.
              assertThat(e.getMessage().split(" there and ", -1)).hasSize(differences.length + 1);
            });
    assertThat(fixture.objects()).isEqualTo(before);
  }

  @Test
  void otherWeights() throws IOException {
    Path weights = checkpoint.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 2] ^= 1;
    Files.write(weights, bytes);
    assertRefused("weights is [0-9a-f]{12}… there and [0-9a-f]{12}… now");
  }

  @Test
  void anotherTokenizer() throws IOException {
    Path vocabulary = checkpoint.resolve("vocab.txt");
    Files.writeString(vocabulary, Files.readString(vocabulary).replace("<null_1>", "<null_2>"));
    assertRefused("vocabulary is [0-9a-f]{12}… there and [0-9a-f]{12}… now");
  }

  @Test
  void anotherPrecision() throws IOException {
    fixture.encoding(new Encoding(Processor.CPU, Precision.INT8, 1, 16384, 0));
    // 8-bit integers have a numerics version of their own.
    assertRefused("numerics-version is 1 there and 2 now", "precision is fp32 there and int8 now");
  }

  @Test
  void anotherLayer() throws IOException {
    encoder(1);
    assertRefused("layer is \\d there and 1 now");
  }

  @Test
  void aGraphThatComputesOtherwise() throws IOException {
    org.apache.hadoop.fs.Path identity = StoreIdentity.file(fixture.storeFolder());
    String text = WholeFile.readText(fixture.conf, identity);
    WholeFile.writeText(
        fixture.conf,
        identity,
        text.replaceFirst("\"numerics-version\" : \"\\d+\"", "\"numerics-version\" : \"0\""));
    assertRefused("numerics-version is 0 there and [1-9]\\d* now");
  }

  @Test
  void shardsOfWhichNothingSaysHowTheyWereMade() throws IOException {
    Path identity = fixture.folder.resolve("stores/s/store.json");
    Path former = fixture.folder.resolve("embeddings/s/_store.json");
    Files.move(identity, former);
    assertThatThrownBy(() -> fixture.embed("a"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("embeddings/s is a store of an earlier version")
        .hasMessageMatching(".*: move _store.json to \\S*/stores/s/store.json");
    Files.move(former, fixture.folder.resolve("kept.json"));
    assertThatThrownBy(() -> fixture.embed("a"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("holds protein embeddings, but")
        .hasMessageContaining("does not say how they were made: restore it from a copy");
    Files.move(fixture.folder.resolve("kept.json"), identity);
    assertThat(EmbedFixture.counts(fixture.embed("a"), Modality.PROTEIN).stored()).isEqualTo(1);
  }
}
