package io.codonloom.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.UserException;
import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.embedding.Dtype;
import io.codonloom.sequence.Modality;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingShardTest {
  private final Configuration conf = new Configuration();
  @TempDir Path folder;

  private static CodonEmbedding embedding(String key, Dtype dtype, int codons) {
    float[] values = new float[codons * 8];
    Random random = new Random(codons);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return CodonEmbedding.of(key, 2, 2 + codons, 8, dtype, values);
  }

  private org.apache.hadoop.fs.Path write(String name, CodonEmbedding... rows) throws IOException {
    Path file = folder.resolve(name);
    try (EmbeddingShard.Writer writer = EmbeddingShard.writer(file)) {
      for (CodonEmbedding row : rows) {
        writer.add(row);
      }
    }
    return new org.apache.hadoop.fs.Path(file.toUri());
  }

  @Test
  void rowsComeBackAsTheyWere() throws IOException {
    CodonEmbedding first = embedding("b", Dtype.FP16, 5);
    CodonEmbedding second = embedding("a", Dtype.FP32, 1000);
    Map<String, CodonEmbedding> rows = EmbeddingShard.read(conf, write("x", first, second));
    assertThat(rows.keySet()).containsExactly("b", "a");
    assertThat(rows.get("b")).usingRecursiveComparison().isEqualTo(first);
    assertThat(rows.get("a")).usingRecursiveComparison().isEqualTo(second);
  }

  @Test
  void equalRowsGiveEqualFiles() throws IOException {
    write("x", embedding("a", Dtype.FP16, 50));
    write("y", embedding("a", Dtype.FP16, 50));
    assertThat(Files.readAllBytes(folder.resolve("x")))
        .isEqualTo(Files.readAllBytes(folder.resolve("y")));
  }

  @Test
  void aRowThatDoesNotFitItsChecksumIsRefused() throws IOException {
    CodonEmbedding row = embedding("key", Dtype.FP16, 5);
    row.bytes()[7] ^= 1;
    org.apache.hadoop.fs.Path file = write("x", row);
    assertThatThrownBy(() -> EmbeddingShard.read(conf, file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("the checksum of key does not fit")
        .hasMessageContaining(file.toString());
  }

  @Test
  void aFileThatIsMissingOrOfAnotherKindIsNamed() throws IOException {
    org.apache.hadoop.fs.Path missing =
        EmbeddingShard.file(
            new org.apache.hadoop.fs.Path(folder.toUri()), Modality.RNA, "g0001-b01-0000");
    assertThatThrownBy(() -> EmbeddingShard.read(conf, missing))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("modality=rna/shard=g0001-b01-0000/data.parquet is missing");
    Path other = Files.writeString(folder.resolve("other"), "not a Parquet file at all");
    assertThatThrownBy(
            () -> EmbeddingShard.read(conf, new org.apache.hadoop.fs.Path(other.toUri())))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("cannot be read");
  }
}
