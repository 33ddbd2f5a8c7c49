package io.codonloom.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.ForeignFileSystem;
import io.codonloom.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFilesTest {
  private final Configuration conf = new Configuration();
  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    ForeignFileSystem.register(conf);
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
    CheckpointFiles files = CheckpointFiles.of(conf, "foreign://" + folder);
    Path local = files.local(conf);
    try (var names = Files.list(local)) {
      assertThat(names.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("config.json", "model.safetensors");
    }
    assertThat(local.resolve("model.safetensors")).hasContent("weights");
    FileTime copied = Files.getLastModifiedTime(local);
    assertThat(CheckpointFiles.of(conf, "foreign://" + folder)).isEqualTo(files);
    assertThat(Files.getLastModifiedTime(local)).isEqualTo(copied);

    Files.writeString(folder.resolve("model.safetensors"), "other weights");
    CheckpointFiles others = CheckpointFiles.of(conf, "foreign://" + folder);
    assertThat(others.local(conf)).isNotEqualTo(local);
    assertThat(others.local(conf).resolve("model.safetensors")).hasContent("other weights");

    CheckpointFiles.delete(local);
    assertThatThrownBy(() -> files.local(conf))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("has changed while the job ran");
    CheckpointFiles.delete(others.local(conf));
  }

  @Test
  void aMissingDirectoryIsNamed() {
    assertThatThrownBy(() -> CheckpointFiles.of(conf, "foreign://" + folder + "/nowhere"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("There is no checkpoint directory foreign:");
  }
}
