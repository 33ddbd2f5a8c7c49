package io.codonloom.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.UserException;
import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.embedding.CodonVectors;
import io.codonloom.embedding.Dtype;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LocalShardTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Dtype.class)
  void givesEveryKeyTheVectorsThatTheStoreHas(Dtype dtype) throws IOException {
    List<CodonEmbedding> embeddings = embeddings(dtype);
    LocalShard shard = open(write(embeddings));
    for (CodonEmbedding embedding : embeddings) {
      CodonVectors vectors = shard.find(EmbeddingKey.of(embedding.key()));
      assertThat(vectors.startCodon()).isEqualTo(embedding.startCodon());
      assertThat(vectors.endCodon()).isEqualTo(embedding.endCodon());
      assertThat(vectors.dim()).isEqualTo(3);
      float[] target = new float[embedding.codons() * 3 + 2];
      vectors.copyTo(target, 2);
      float[] expected = embedding.toFloats();
      for (int i = 0; i < expected.length; i++) {
        assertThat(target[i + 2]).isEqualTo(expected[i]);
      }
    }
    assertThat(shard.find(EmbeddingKey.of("0".repeat(32)))).isNull();
  }

  @Test
  void refusesVectorsThatDoNotHaveTheirChecksum() throws IOException {
    CodonEmbedding intact = embeddings(Dtype.FP32).get(0);
    byte[] changed = intact.bytes().clone();
    changed[1] ^= 4;
    CodonEmbedding damaged =
        new CodonEmbedding(
            intact.key(),
            intact.startCodon(),
            intact.endCodon(),
            3,
            Dtype.FP32,
            changed,
            intact.checksum());
    Path file = write(List.of(damaged));
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("checksum of " + intact.key());
  }

  @Test
  void aFileIsWrittenOnceHoweverManyThreadsWantIt() {
    String name = "test/" + UUID.randomUUID();
    List<Integer> written = new CopyOnWriteArrayList<>();
    List<Path> files =
        IntStream.range(0, 16)
            .parallel()
            .mapToObj(
                i -> {
                  try {
                    return NodeCache.file(
                        name,
                        out -> {
                          written.add(i);
                          out.write(i);
                        });
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                })
            .distinct()
            .toList();
    assertThat(written).hasSize(1);
    assertThat(files).hasSize(1);
    assertThat(files.get(0)).hasBinaryContent(new byte[] {written.get(0).byteValue()});
  }

  private static List<CodonEmbedding> embeddings(Dtype dtype) {
    Random random = new Random(11);
    List<CodonEmbedding> embeddings = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      // Half of the keys have their first bit set: keys are compared without sign.
      String key = "%016x%016x".formatted(random.nextLong(), random.nextLong());
      int start = random.nextInt(3);
      int codons = 1 + random.nextInt(5);
      float[] values = new float[codons * 3];
      for (int j = 0; j < values.length; j++) {
        values[j] = (float) random.nextGaussian();
      }
      embeddings.add(CodonEmbedding.of(key, start, start + codons, 3, dtype, values));
    }
    return embeddings;
  }

  private Path write(List<CodonEmbedding> embeddings) throws IOException {
    Path file = Files.createTempDirectory(folder, "shard").resolve("data.parquet");
    try (EmbeddingShard.Writer writer = EmbeddingShard.writer(file)) {
      for (CodonEmbedding embedding : embeddings) {
        writer.add(embedding);
      }
    }
    return file;
  }

  private static LocalShard open(Path file) throws IOException {
    return LocalShard.open(
        "test/" + UUID.randomUUID(),
        new Configuration(),
        new org.apache.hadoop.fs.Path(file.toUri()));
  }
}
