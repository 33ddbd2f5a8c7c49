package io.codonloom.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.UserException;
import io.codonloom.config.EncoderConfig;
import io.codonloom.config.Encoding;
import io.codonloom.config.Store;
import io.codonloom.embedding.Dtype;
import io.codonloom.encoder.EncoderOutput;
import io.codonloom.job.embed.EmbedFixture;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.OverLong;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFilesTest {
  private final Configuration conf = new Configuration();
  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    CountedFileSystem.register(conf);
    Files.writeString(folder.resolve("config.json"), "{\"folder\": \"" + folder + "\"}");
    Files.writeString(folder.resolve("model.safetensors"), "weights");
    Files.writeString(folder.resolve("pytorch_model.bin"), "a pickle");
  }

  @Test
  void aLocalDirectoryIsUsedWhereItIs() throws IOException {
    CheckpointFiles files = CheckpointFiles.of(conf, folder.toUri().toString());
    assertThat(files.local(conf)).isEqualTo(folder);
    assertThat(files.sha256()).isEmpty();
  }

  @Test
  void anotherIsCopiedOnceForEachContent() throws IOException {
    CheckpointFiles files = CheckpointFiles.of(conf, "counted://" + folder);
    Path local = files.local(conf);
    try (var names = Files.list(local)) {
      assertThat(names.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("config.json", "model.safetensors");
    }
    assertThat(local.resolve("model.safetensors")).hasContent("weights");
    assertThat(CountedFileSystem.opened()).isEqualTo(2);
    assertThat(CheckpointFiles.of(conf, "counted://" + folder)).isEqualTo(files);
    assertThat(files.local(conf)).isEqualTo(local);
    assertThat(CountedFileSystem.opened()).isEqualTo(2);

    Files.writeString(folder.resolve("model.safetensors"), "other weights");
    CheckpointFiles others = CheckpointFiles.of(conf, "counted://" + folder);
    assertThat(others.local(conf)).isNotEqualTo(local);
    assertThat(others.local(conf).resolve("model.safetensors")).hasContent("other weights");
    assertThat(CountedFileSystem.opened()).isEqualTo(4);

    CheckpointFiles.delete(local);
    assertThatThrownBy(() -> files.local(conf))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("has changed while the job ran");
    CheckpointFiles.delete(others.local(conf));
  }

  @Test
  void anotherContentOfTheSameSizeIsCopiedAnew() throws IOException {
    CheckpointFiles files = CheckpointFiles.of(conf, "counted://" + folder);
    Path weights = folder.resolve("model.safetensors");
    FileTime before = Files.getLastModifiedTime(weights);
    Files.writeString(weights, "WEIGHTS");
    Files.setLastModifiedTime(weights, FileTime.fromMillis(before.toMillis() + 1000));
    CheckpointFiles others = CheckpointFiles.of(conf, "counted://" + folder);
    assertThat(others.local(conf).resolve("model.safetensors")).hasContent("WEIGHTS");
    CheckpointFiles.delete(files.local(conf));
    CheckpointFiles.delete(others.local(conf));
  }

  @Test
  void whoAsksAtTheSameTimeWaitsForTheOneCopy() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      Callable<CheckpointFiles> ask = () -> CheckpointFiles.of(conf, "counted://" + folder);
      Set<CheckpointFiles> found = new HashSet<>();
      for (Future<CheckpointFiles> one : pool.invokeAll(Collections.nCopies(4, ask))) {
        found.add(one.get());
      }
      assertThat(found).hasSize(1);
      assertThat(CountedFileSystem.opened()).isEqualTo(2);
      CheckpointFiles.delete(found.iterator().next().local(conf));
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void aDriverThatAsksForItsLimitsItsFactsAndItsEncodersCopiesOnce() throws IOException {
    Path checkpoint = Path.of(URI.create(EmbedFixture.checkpoint("esm2-tiny")));
    for (String name : List.of("config.json", "model.safetensors", "vocab.txt")) {
      // Unlike any other, so that no run before has left a copy.
      Files.write(folder.resolve(name), Files.readAllBytes(checkpoint.resolve(name)));
    }
    Files.writeString(folder.resolve("vocab.txt"), "\n", StandardOpenOption.APPEND);
    EncoderConfig config =
        new EncoderConfig("counted://" + folder, OverLong.REJECT, 0, 0, EncoderOutput.HIDDEN, -1);
    EncoderLimits.of(conf, Map.of(Modality.PROTEIN, config));
    Store store = new Store("s", Dtype.FP16, 600);
    CheckpointFacts.of(conf, Modality.PROTEIN, config, store, Encoding.DEFAULT);
    EncoderSpec spec = EncoderSpec.of(conf, Modality.PROTEIN, config, store, Encoding.DEFAULT);
    assertThat(CountedFileSystem.opened()).isEqualTo(3);
    CheckpointFiles.delete(spec.files().local(conf));
  }

  @Test
  void aMissingDirectoryIsNamed() {
    assertThatThrownBy(() -> CheckpointFiles.of(conf, "counted://" + folder + "/nowhere"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("There is no checkpoint directory counted:");
  }
}
