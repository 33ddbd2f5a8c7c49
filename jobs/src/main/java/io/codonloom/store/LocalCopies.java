package io.codonloom.store;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Copies that this machine keeps of what lies elsewhere, and how many: those that were used last,
 * up to half of the space that would be free without any. A file that a process has open or mapped
 * stays its own when its name is deleted.
 */
public final class LocalCopies {
  /** How long a copy may take to be made; after that it is what a killed process left. */
  private static final Duration UNFINISHED = Duration.ofDays(1);

  private record Copy(Path path, long bytes, FileTime used) {}

  private LocalCopies() {}

  /** Notes that a copy is used now. */
  public static void touch(Path copy) throws IOException {
    Files.setLastModifiedTime(copy, FileTime.from(Instant.now()));
  }

  /**
   * Deletes the copies that were used longest ago until the others are within the limit, and what
   * killed processes left.
   *
   * @param folder its files and folders are a copy each; a name that begins with a dot is none yet
   */
  public static void trim(Path folder) throws IOException {
    List<Copy> copies = copies(folder);
    long all = copies.stream().mapToLong(Copy::bytes).sum();
    trim(copies, (Files.getFileStore(folder).getUsableSpace() + all) / 2);
  }

  static void trim(Path folder, long limit) throws IOException {
    trim(copies(folder), limit);
  }

  private static void trim(List<Copy> copies, long limit) throws IOException {
    FileTime dead = FileTime.from(Instant.now().minus(UNFINISHED));
    long left = copies.stream().mapToLong(Copy::bytes).sum();
    for (int i = 0; i < copies.size() - 1; i++) { // the last one has just been made
      Copy copy = copies.get(i);
      String name = copy.path.getFileName().toString();
      if (name.equals(".lock")) {
        continue; // Others wait for it.
      }
      if (name.startsWith(".") ? copy.used.compareTo(dead) < 0 : left > limit) {
        delete(copy.path);
        left -= copy.bytes;
      }
    }
  }

  /** Those that were used longest ago come first. */
  private static List<Copy> copies(Path folder) throws IOException {
    List<Copy> copies = new ArrayList<>();
    try (var paths = Files.newDirectoryStream(folder)) {
      for (Path path : paths) {
        try {
          copies.add(new Copy(path, bytes(path), Files.getLastModifiedTime(path)));
        } catch (NoSuchFileException e) {
          // Another process has just deleted or finished it.
        }
      }
    }
    copies.sort(Comparator.comparing(Copy::used));
    return copies;
  }

  private static long bytes(Path copy) throws IOException {
    long[] bytes = {0};
    Files.walkFileTree(
        copy,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes[0] += attributes.size();
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE; // just deleted
          }
        });
    return bytes[0];
  }

  /** Deletes a file, or a folder with all that is in it, if it is there. */
  public static void delete(Path copy) throws IOException {
    try {
      Files.walkFileTree(
          copy,
          new SimpleFileVisitor<Path>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failed)
                throws IOException {
              Files.deleteIfExists(folder);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (NoSuchFileException e) {
      // It is gone, as it should be.
    }
  }
}
