package io.codonloom.workspace;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/**
 * Writes a file so that it is there whole or not at all, also when the process is killed. Where a
 * rename of one file is atomic the bytes go to a hidden name first; an object store shows an object
 * only once its stream was closed, so there the final name is written at once.
 */
public final class WholeFile {
  private static final String LOCAL = "file";
  private static final Set<String> ATOMIC_RENAME = Set.of(LOCAL, "hdfs", "viewfs");

  private WholeFile() {}

  /** Something that writes the file's bytes. */
  @FunctionalInterface
  public interface Content {
    /** Writes to the stream, which the caller closes. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes or replaces the file. */
  public static void write(Configuration conf, Path target, Content content) throws IOException {
    FileSystem fs = target.getFileSystem(conf);
    Path absolute = fs.makeQualified(target);
    if (!ATOMIC_RENAME.contains(fs.getScheme())) {
      try (OutputStream out = fs.create(absolute, true)) {
        content.writeTo(out);
      }
      return;
    }
    if (fs.getScheme().equals(LOCAL)) {
      writeLocal(java.nio.file.Path.of(absolute.toUri().getPath()), content);
      return;
    }
    Path hidden =
        new Path(absolute.getParent(), "." + absolute.getName() + "." + UUID.randomUUID() + ".tmp");
    boolean done = false;
    try {
      try (OutputStream out = fs.create(hidden, true)) {
        content.writeTo(out);
      }
      FileContext.getFileContext(absolute.toUri(), conf)
          .rename(hidden, absolute, Options.Rename.OVERWRITE);
      done = true;
    } finally {
      if (!done) {
        fs.delete(hidden, false);
      }
    }
  }

  /**
   * Hadoop's own rename of local files deletes the old one first, and gives the new one's checksum
   * its name later: a kill in between would leave no file, or one that Hadoop takes for corrupt.
   */
  private static void writeLocal(java.nio.file.Path target, Content content) throws IOException {
    java.nio.file.Path folder = Files.createDirectories(target.getParent());
    java.nio.file.Path hidden =
        folder.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(hidden))) {
        content.writeTo(out);
      }
      Files.deleteIfExists(folder.resolve("." + target.getFileName() + ".crc"));
      Files.move(hidden, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(hidden);
    }
  }

  /** Writes or replaces a file of text in UTF-8. */
  public static void writeText(Configuration conf, Path target, String text) throws IOException {
    write(conf, target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Copies a local file to its final name. */
  public static void publish(Configuration conf, java.nio.file.Path local, Path target)
      throws IOException {
    write(conf, target, out -> Files.copy(local, out));
  }

  /** The whole text of a file in UTF-8. */
  public static String readText(Configuration conf, Path file) throws IOException {
    try (InputStream in = file.getFileSystem(conf).open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
