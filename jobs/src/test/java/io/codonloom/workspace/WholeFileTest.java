package io.codonloom.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
  private final Configuration conf = new Configuration();
  @TempDir java.nio.file.Path folder;

  @Test
  void replacesAFileAndMakesItsFolders() throws IOException {
    Path file = new Path(folder.toUri().toString(), "a/b.txt");
    WholeFile.writeText(conf, file, "one");
    WholeFile.writeText(conf, file, "two µ");
    assertThat(WholeFile.readText(conf, file)).isEqualTo("two µ");
  }

  @Test
  void aChecksumThatHadoopLeftBesideAnOlderFileDoesNotStayBehind() throws IOException {
    Path file = new Path(folder.toUri().toString(), "c.txt");
    try (OutputStream out = file.getFileSystem(conf).create(file)) {
      out.write(1);
    }
    assertThat(folder.resolve(".c.txt.crc")).exists();
    WholeFile.writeText(conf, file, "new");
    assertThat(WholeFile.readText(conf, file)).isEqualTo("new");
  }

  @Test
  void leavesTheOldFileAndNothingElseWhenWritingFails() throws IOException {
    Path file = new Path(folder.toUri().toString(), "b.txt");
    WholeFile.writeText(conf, file, "old");
    assertThatThrownBy(
            () ->
                WholeFile.write(
                    conf,
                    file,
                    out -> {
                      out.write(1);
                      throw new IOException("disk full");
                    }))
        .hasMessage("disk full");
    assertThat(WholeFile.readText(conf, file)).isEqualTo("old");
    try (var files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString())).containsExactly("b.txt");
    }
  }
}
