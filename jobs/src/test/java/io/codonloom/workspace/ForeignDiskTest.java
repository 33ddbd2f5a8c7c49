package io.codonloom.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.ForeignFileSystem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A file system that nobody knows, shows files while they are written, fails, and stalls. */
class ForeignDiskTest extends FileSystemContract {
  @Override
  Configuration configuration() {
    Configuration conf = new Configuration();
    ForeignFileSystem.register(conf);
    return conf;
  }

  @Override
  String root() {
    return "foreign://" + local;
  }

  @AfterEach
  void recover() {
    ForeignFileSystem.recover();
  }

  @Test
  void whereACallFailsTheFileIsTheFormerOneOrNone() throws IOException {
    Path file = new Path(folder, "file");
    for (String failing : List.of("create", "rename", "delete")) {
      WholeFile.writeText(conf, file, "former");
      ForeignFileSystem.disturb(
          (call, path) -> {
            if (call.equals(failing)) {
              throw new IOException("no answer to " + call);
            }
          });
      assertThatThrownBy(() -> WholeFile.writeText(conf, file, "next"))
          .isInstanceOf(IOException.class)
          .hasMessage("no answer to " + failing);
      ForeignFileSystem.recover();
      // Only a rename that fails after the former file was deleted leaves none.
      if (!failing.equals("rename")) {
        assertThat(WholeFile.readText(conf, file)).isEqualTo("former");
      }
    }
    WholeFile.writeText(conf, file, "next");
    assertThat(WholeFile.readText(conf, file)).isEqualTo("next");
  }

  @Test
  void aLockThatCannotBeLookedAtIsNotHeld() throws IOException {
    try (FolderLock lock = FolderLock.take(conf, folder)) {
      ForeignFileSystem.disturb(
          (call, path) -> {
            throw new IOException("no answer to " + call);
          });
      Path file = new Path(folder, "file");
      assertThatThrownBy(
              () -> WholeFile.write(new Configuration(), local(file), out -> lock.requireHeld()))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("no answer to list");
      assertThat(Files.exists(java.nio.file.Path.of(file.toUri().getPath()))).isFalse();
      ForeignFileSystem.recover();
      lock.requireHeld();
    }
  }

  private static Path local(Path file) {
    return new Path("file://" + file.toUri().getPath());
  }

  /** An object store that cannot abort an upload: what was written is there once it is closed. */
  public static final class Objects extends RawLocalFileSystem {
    static boolean fails;

    @Override
    public String getScheme() {
      return "cosn";
    }

    @Override
    public URI getUri() {
      return URI.create("cosn://x");
    }

    @Override
    public FSDataOutputStream create(
        Path path, boolean overwrite, int buffer, short replicas, long block, Progressable progress)
        throws IOException {
      OnClose out = new OnClose(java.nio.file.Path.of(path.toUri().getPath()));
      return new FSDataOutputStream(out, null);
    }
  }

  private static final class OnClose extends ByteArrayOutputStream {
    private final java.nio.file.Path file;

    OnClose(java.nio.file.Path file) {
      this.file = file;
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      if (Objects.fails && size() > 0) {
        throw new IllegalStateException("the network is gone");
      }
      super.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      Files.createDirectories(file.getParent());
      Files.write(file, toByteArray());
    }
  }

  @Test
  void anUploadThatFailsIsNeverCompleted() throws IOException {
    Configuration objects = new Configuration();
    objects.setClass("fs.cosn.impl", Objects.class, FileSystem.class);
    java.nio.file.Path target = local.resolve("objects/shard");
    java.nio.file.Path source = Files.write(local.resolve("source"), new byte[1 << 20]);
    Objects.fails = true;
    assertThatThrownBy(() -> WholeFile.publish(objects, source, new Path("cosn://x" + target)))
        .hasMessage("the network is gone");
    assertThat(target).doesNotExist();
    Objects.fails = false;
    WholeFile.publish(objects, source, new Path("cosn://x" + target));
    assertThat(target).hasSize(1 << 20);
  }
}
