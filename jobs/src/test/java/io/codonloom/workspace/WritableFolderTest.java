package io.codonloom.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WritableFolderTest {
  @TempDir Path folder;

  private org.apache.hadoop.fs.Path probe(Path asked) {
    return WritableFolder.probe(
        new Configuration(), new org.apache.hadoop.fs.Path(asked.toString()));
  }

  @Test
  void aFolderThatIsNotThereYetIsProbedInTheNearestAndNothingIsLeft() {
    assertThat(probe(folder.resolve("a/b")).toUri().getPath()).isEqualTo(folder.toString());
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFileInTheWayIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "mine");
    for (Path asked : new Path[] {file, file.resolve("a/b")}) {
      assertThatThrownBy(() -> probe(asked))
          .isInstanceOf(UserException.class)
          .hasMessageStartingWith("file:" + file + " cannot be written: ")
          .hasMessageNotContaining("\n");
    }
    assertThat(file).hasContent("mine");
  }
}
