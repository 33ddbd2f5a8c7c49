package io.codonloom.workspace;

import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Writes a file so that it is there whole or not at all: also when its content fails half-way, when
 * the process is killed, and where disk and HDFS keep their word when the power fails.
 *
 * <p>Where a file can be seen while it is written, the bytes go to a hidden name first, are synced,
 * and are renamed. An object store shows an object only once its stream was closed, and a rename
 * there is a copy: the bytes go to a file of this machine first and are then uploaded under the
 * final name; an upload that fails is never completed.
 *
 * <p>A file that is replaced is there, old or new, at any moment on the local disk, HDFS and object
 * stores. Elsewhere the old one is deleted just before the rename.
 */
public final class WholeFile {
  private static final String LOCAL = "file";
  private static final String MOUNTS = "viewfs";
  private static final Set<String> OBJECT_STORES =
      Set.of(
          "s3a", "s3", "s3n", "gs", "oss", "cosn", "obs", "tos", "bos", "swift", "wasb", "wasbs");

  private static final Pattern HIDDEN =
      Pattern.compile("\\.(.+)\\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp");

  private WholeFile() {}

  /** Something that writes the file's bytes. */
  @FunctionalInterface
  public interface Content {
    /** Writes to the stream, which the caller closes. What it throws leaves the file as it was. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Renames onto a file that may be there: on HDFS in one step, elsewhere deleting it first. */
  private static final class Replacing extends FilterFileSystem {
    Replacing(FileSystem fs) {
      super(fs);
    }

    @SuppressWarnings("deprecation")
    void replace(Path from, Path to) throws IOException {
      rename(from, to, Options.Rename.OVERWRITE);
    }
  }

  /** Writes or replaces the file. */
  public static void write(Configuration conf, Path target, Content content) throws IOException {
    write(conf, target, content, true);
  }

  /**
   * @param synced whether the file must outlast a loss of power
   */
  static void write(Configuration conf, Path target, Content content, boolean synced)
      throws IOException {
    FileSystem fs = target.getFileSystem(conf);
    Path absolute = fs.makeQualified(target);
    if (fs.getScheme().equals(LOCAL)) {
      writeLocal(java.nio.file.Path.of(absolute.toUri().getPath()), content, synced);
    } else if (fs.getScheme().equals(MOUNTS)) {
      write(conf, mounted(fs, absolute), content, synced);
    } else if (OBJECT_STORES.contains(fs.getScheme())) {
      java.nio.file.Path whole = Files.createTempFile("codonloom-", ".upload");
      try {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(whole))) {
          content.writeTo(out);
        }
        upload(whole, fs, absolute);
      } finally {
        Files.deleteIfExists(whole);
      }
    } else {
      writeHidden(fs, absolute, content, synced);
    }
  }

  /** The same file by the name that the mounted file system gives it. */
  private static Path mounted(FileSystem mounts, Path file) throws IOException {
    mounts.mkdirs(file.getParent());
    return new Path(mounts.resolvePath(file.getParent()), file.getName());
  }

  private static void writeHidden(FileSystem fs, Path target, Content content, boolean synced)
      throws IOException {
    Path hidden = new Path(target.getParent(), hiddenName(target.getName()));
    try {
      try (FSDataOutputStream out = create(fs, hidden, synced)) {
        content.writeTo(out);
        if (synced && out.hasCapability(StreamCapabilities.HSYNC)) {
          out.hsync();
        }
      }
      new Replacing(fs).replace(hidden, target);
    } catch (IOException | RuntimeException | Error e) {
      try {
        fs.delete(hidden, false);
      } catch (IOException | RuntimeException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  private static FSDataOutputStream create(FileSystem fs, Path file, boolean synced)
      throws IOException {
    EnumSet<CreateFlag> flags = EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE);
    if (synced) {
      flags.add(CreateFlag.SYNC_BLOCK); // hsync reaches the last block only
    }
    return fs.create(
        file,
        FsPermission.getFileDefault().applyUMask(FsPermission.getUMask(fs.getConf())),
        flags,
        fs.getConf().getInt("io.file.buffer.size", 4096),
        fs.getDefaultReplication(file),
        fs.getDefaultBlockSize(file),
        null);
  }

  /** Closing the stream completes the object, whatever it holds. */
  private static void upload(java.nio.file.Path whole, FileSystem fs, Path target)
      throws IOException {
    FSDataOutputStream out = fs.create(target, true);
    try {
      Files.copy(whole, out);
    } catch (IOException | RuntimeException | Error e) {
      try {
        out.abort();
      } catch (UnsupportedOperationException unclosed) {
        e.addSuppressed(unclosed); // An upload that is never closed never becomes an object.
      }
      throw e;
    }
    out.close();
  }

  /**
   * Hadoop's own rename of local files deletes the old one first, and gives the new one's checksum
   * its name later: a kill in between would leave no file, or one that Hadoop takes for corrupt.
   */
  private static void writeLocal(java.nio.file.Path target, Content content, boolean synced)
      throws IOException {
    java.nio.file.Path folder = target.getParent();
    makeFolder(folder);
    java.nio.file.Path hidden = folder.resolve(hiddenName(target.getFileName().toString()));
    try {
      try (FileChannel channel =
              FileChannel.open(hidden, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
          OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel))) {
        content.writeTo(out);
        out.flush();
        if (synced) {
          channel.force(true);
        }
      }
      Files.deleteIfExists(folder.resolve("." + target.getFileName() + ".crc"));
      Files.move(hidden, target, StandardCopyOption.ATOMIC_MOVE);
      if (synced) {
        sync(folder);
      }
    } finally {
      Files.deleteIfExists(hidden);
    }
  }

  private static void makeFolder(java.nio.file.Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    if (folder.getParent() != null) {
      makeFolder(folder.getParent());
    }
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) { // else another job was quicker
        throw e;
      }
    }
    if (folder.getParent() != null) {
      sync(folder.getParent());
    }
  }

  /** Names of files outlast a loss of power once their folder is synced. */
  private static void sync(java.nio.file.Path folder) {
    try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
      names.force(true);
    } catch (IOException e) {
      // Some network file systems cannot; the file itself is there.
      return;
    }
  }

  private static String hiddenName(String name) {
    return "." + name + "." + UUID.randomUUID() + ".tmp";
  }

  /** The name that a hidden file was to have; empty where the file is none of these. */
  static Optional<String> finalName(Path file) {
    Matcher hidden = HIDDEN.matcher(file.getName());
    return hidden.matches() ? Optional.of(hidden.group(1)) : Optional.empty();
  }

  /** Writes or replaces a file of text in UTF-8. */
  public static void writeText(Configuration conf, Path target, String text) throws IOException {
    write(conf, target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Copies a local file, which is whole, to its final name. */
  public static void publish(Configuration conf, java.nio.file.Path local, Path target)
      throws IOException {
    FileSystem fs = target.getFileSystem(conf);
    if (OBJECT_STORES.contains(fs.getScheme())) {
      upload(local, fs, fs.makeQualified(target));
    } else {
      write(conf, target, out -> Files.copy(local, out));
    }
  }

  /**
   * Opens a file to read it.
   *
   * @throws FileNotFoundException only if there is none: the local disk throws it also for a folder
   *     and for a file that may not be read, which would then pass for absent
   */
  public static FSDataInputStream open(Configuration conf, Path file) throws IOException {
    FileSystem fs = file.getFileSystem(conf);
    try {
      return fs.open(file);
    } catch (FileNotFoundException e) {
      String name = file.toUri().getPath();
      if (fs.exists(file) && fs.getFileStatus(file).isDirectory()) {
        throw new FileSystemException(name, null, "is a directory");
      }
      if (String.valueOf(e.getMessage()).contains("Permission denied")) {
        throw new AccessDeniedException(name);
      }
      throw e;
    }
  }

  /** The whole text of a file in UTF-8; what it throws is {@link #open}'s. */
  public static String readText(Configuration conf, Path file) throws IOException {
    try (InputStream in = open(conf, file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
