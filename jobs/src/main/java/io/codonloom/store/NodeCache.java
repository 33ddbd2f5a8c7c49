package io.codonloom.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Files that all JVMs of a machine share, below {@code java.io.tmpdir}: each is written once,
 * whoever needs it first, and appears whole or not at all.
 */
public final class NodeCache {
  private static final Map<Path, Object> LOCKS = new ConcurrentHashMap<>();

  private NodeCache() {}

  /** Something that writes a file's bytes. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * The file of that name, written now if it is not there yet.
   *
   * @param name relative, of letters, digits and {@code . _ - = /}
   */
  public static Path file(String name, Content content) throws IOException {
    Path file =
        Path.of(System.getProperty("java.io.tmpdir"))
            .resolve("codonloom-" + System.getProperty("user.name"))
            .resolve(name);
    if (Files.exists(file)) {
      return file;
    }
    Files.createDirectories(file.getParent());
    // A file lock holds off other JVMs, but throws where a thread of the same JVM has it.
    synchronized (LOCKS.computeIfAbsent(file, path -> new Object())) {
      Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
      try (FileChannel channel =
              FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        if (lock.isValid() && !Files.exists(file)) {
          write(file, content);
        }
      }
    }
    return file;
  }

  private static void write(Path file, Content content) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
    try (OutputStream out = Files.newOutputStream(unfinished)) {
      content.writeTo(out);
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
