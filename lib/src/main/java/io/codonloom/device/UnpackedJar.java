package io.codonloom.device;

import io.codonloom.OwnFolder;
import io.codonloom.sequence.ContentHash;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;

/**
 * Files of a jar in a folder that all JVMs of one user and machine share. The folder's name comes
 * from the files' sizes and checksums, it appears whole or not at all, and nothing in it ever
 * changes; a damaged one is replaced.
 */
final class UnpackedJar {
  private static final int NAME_DIGITS = 16;

  private final JarFile jar;
  private final List<ZipEntry> entries;
  private final Path root;

  /**
   * @param folder of the jar, ending in a slash; what lies directly in it is unpacked
   * @param root below which the unpacked folder lies; made if it is not there
   */
  UnpackedJar(JarFile jar, String folder, Path root) {
    this.jar = jar;
    this.root = root;
    this.entries =
        jar.stream()
            .filter(e -> e.getName().startsWith(folder) && !e.isDirectory())
            .filter(e -> e.getName().indexOf('/', folder.length()) < 0)
            .sorted(Comparator.comparing(ZipEntry::getName))
            .<ZipEntry>map(e -> e)
            .toList();
  }

  /**
   * The folder, unpacked now if no JVM has done it before.
   *
   * @throws io.codonloom.UserException if the root is not this user's alone: what others can write
   *     must never be loaded
   */
  Path folder() throws IOException {
    OwnFolder.require(root);
    Path folder = root.resolve(name());
    if (isWhole(folder)) {
      return folder;
    }
    try (FileChannel channel =
            FileChannel.open(
                root.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (lock.isValid() && !isWhole(folder)) {
        unpack(folder);
      }
    }
    return folder;
  }

  private String name() {
    StringBuilder facts = new StringBuilder();
    for (ZipEntry entry : entries) {
      facts.append(entry.getName()).append(' ').append(entry.getSize());
      facts.append(' ').append(entry.getCrc()).append('\n');
    }
    byte[] hash = ContentHash.sha256().digest(facts.toString().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash).substring(0, NAME_DIGITS);
  }

  private boolean isWhole(Path folder) throws IOException {
    for (ZipEntry entry : entries) {
      Path file = folder.resolve(fileName(entry));
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          || Files.size(file) != entry.getSize()
          || checksum(file) != entry.getCrc()) {
        return false;
      }
    }
    return true;
  }

  private static long checksum(Path file) throws IOException {
    CRC32 crc = new CRC32();
    try (InputStream in = new CheckedInputStream(Files.newInputStream(file), crc)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return crc.getValue();
  }

  /** Needs the lock: whatever lies under these names was left by a JVM that was killed. */
  private void unpack(Path folder) throws IOException {
    Path unfinished = root.resolve(".unfinished");
    Path damaged = root.resolve(".damaged");
    delete(unfinished);
    delete(damaged);
    Files.createDirectory(unfinished);
    for (ZipEntry entry : entries) {
      try (InputStream in = jar.getInputStream(entry)) {
        Files.copy(in, unfinished.resolve(fileName(entry)));
      }
    }
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      // JVMs that have loaded its files keep them, wherever they are.
      Files.move(folder, damaged, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    delete(damaged);
  }

  private static String fileName(ZipEntry entry) {
    return entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    List<Path> innerFirst;
    try (Stream<Path> files = Files.walk(folder)) {
      innerFirst = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : innerFirst) {
      Files.delete(file);
    }
  }
}
