package io.codonloom.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.UserException;
import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.embedding.Dtype;
import io.codonloom.sequence.Modality;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
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

  @Test
  void everyHalfPrecisionNumberComesBackExactly() throws IOException {
    int patterns = 1 << 16;
    ByteBuffer all = ByteBuffer.allocate(2 * patterns).order(ByteOrder.LITTLE_ENDIAN);
    for (int bits = 0; bits < patterns; bits++) {
      all.putShort((short) bits);
    }
    CRC32C checksum = new CRC32C();
    checksum.update(all.array());
    CodonEmbedding row =
        new CodonEmbedding("all", 0, 64, 1024, Dtype.FP16, all.array(), checksum.getValue());
    CodonEmbedding read = EmbeddingShard.read(conf, write("x", row)).get("all");
    assertThat(read.bytes()).isEqualTo(all.array());
    float[] values = read.toFloats();
    int finite = 0;
    for (int bits = 0; bits < patterns; bits++) {
      float value = values[bits];
      assertThat(Float.floatToRawIntBits(value)).isEqualTo(Float.floatToRawIntBits(half(bits)));
      if (Float.isFinite(value)) {
        finite++;
        byte[] again = CodonEmbedding.of("k", 0, 1, 1, Dtype.FP16, new float[] {value}).bytes();
        assertThat(again).containsExactly(bits & 0xff, bits >> 8);
      }
    }
    assertThat(finite).isEqualTo(patterns - 2 * 1024);
  }

  /** IEEE 754-2019, 3.4: by the definition of sign, exponent and fraction. */
  private static float half(int bits) {
    float sign = bits >> 15 == 0 ? 1 : -1;
    int exponent = bits >> 10 & 31;
    int fraction = bits & 1023;
    if (exponent == 31) {
      // Java's bits of a NaN carry those of the half's.
      return Float.intBitsToFloat((bits >> 15) << 31 | 0x7f800000 | fraction << 13);
    }
    return exponent == 0
        ? sign * Math.scalb((float) fraction, -24)
        : sign * Math.scalb(1024f + fraction, exponent - 25);
  }
}
