package io.codonloom.store;

import io.codonloom.OwnFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Files that all JVMs of one user and machine share, below {@code java.io.tmpdir}: each is written
 * once, whoever needs it first, and appears whole or not at all.
 */
public final class NodeCache {
  /** Looking at all copies takes a while where there are many. */
  private static final long TRIM_BYTES = 1L << 30;

  private static final Map<Path, Object> LOCKS = new ConcurrentHashMap<>();
  private static final AtomicLong UNTRIMMED = new AtomicLong(TRIM_BYTES); // soon for once

  private NodeCache() {}

  /** Something that writes a file's bytes. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * The file of that name, written now if it is not there yet. It may be gone again after a while,
   * see {@link LocalCopies}; who has opened it keeps it.
   *
   * @param name of letters, digits and {@code . _ - = /}
   */
  public static Path file(String name, Content content) throws IOException {
    Path root = OwnFolder.temporary("codonloom");
    Path file = root.resolve(name.replace('/', '-'));
    if (isThere(file)) {
      return file;
    }
    // A file lock holds off other JVMs, but throws where a thread of the same JVM has it.
    synchronized (LOCKS.computeIfAbsent(file, path -> new Object())) {
      Path lockFile = root.resolve("." + file.getFileName() + ".lock");
      try (FileChannel channel =
              FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        if (lock.isValid() && !isThere(file)) {
          write(root, file, content);
        }
      }
    }
    return file;
  }

  /** The same, opened for reading. */
  static FileChannel open(String name, Content content) throws IOException {
    for (int i = 0; i < 3; i++) {
      try {
        return FileChannel.open(file(name, content), StandardOpenOption.READ);
      } catch (NoSuchFileException e) {
        // Another process needed the room just now.
      }
    }
    return FileChannel.open(file(name, content), StandardOpenOption.READ);
  }

  private static boolean isThere(Path file) throws IOException {
    try {
      LocalCopies.touch(file);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static void write(Path root, Path file, Content content) throws IOException {
    Path unfinished = Files.createTempFile(root, ".partial-", "");
    try {
      try (OutputStream out = Files.newOutputStream(unfinished)) {
        content.writeTo(out);
      }
      long bytes = Files.size(unfinished);
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
      if (UNTRIMMED.addAndGet(bytes) > TRIM_BYTES) {
        UNTRIMMED.set(0);
        LocalCopies.trim(root);
      }
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }
}
