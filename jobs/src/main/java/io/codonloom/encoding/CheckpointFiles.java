package io.codonloom.encoding;

import io.codonloom.OwnFolder;
import io.codonloom.UserException;
import io.codonloom.sequence.ContentHash;
import io.codonloom.store.LocalCopies;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A checkpoint directory on any file system, as every machine gets hold of it: a local one is used
 * where it is, others are copied once to each machine, whoever asks, into a folder named by the
 * SHA-256 of the files. They count as the same while their names, sizes, times and tags are.
 *
 * @param uri of the directory
 * @param sha256 of the files' own SHA-256; empty for a local directory
 */
public record CheckpointFiles(String uri, String sha256) implements Serializable {
  private static final int HASH_DIGITS = 64;

  private static final java.nio.file.Path CACHE =
      java.nio.file.Path.of(
          System.getProperty("java.io.tmpdir"),
          "codonloom-checkpoints-" + System.getProperty("user.name"));

  /** Looks at the directory, and copies it here if it is not local. */
  static CheckpointFiles of(Configuration conf, String uri) throws IOException {
    FileSystem fs = new Path(uri).getFileSystem(conf);
    Path qualified = fs.makeQualified(new Path(uri));
    return isLocal(fs)
        ? new CheckpointFiles(qualified.toString(), "")
        : new CheckpointFiles(qualified.toString(), fetch(conf, qualified));
  }

  private static boolean isLocal(FileSystem fs) {
    return fs.getScheme().equals("file");
  }

  /** The directory on this machine. */
  public java.nio.file.Path local(Configuration conf) throws IOException {
    if (sha256.isEmpty()) {
      return java.nio.file.Path.of(new Path(uri).toUri().getPath());
    }
    java.nio.file.Path cached = OwnFolder.require(CACHE).resolve(sha256);
    if (Files.isDirectory(cached)) {
      LocalCopies.touch(cached);
    } else {
      String found = fetch(conf, new Path(uri));
      if (!found.equals(sha256)) {
        throw new UserException(uri + " has changed while the job ran");
      }
    }
    return cached;
  }

  /**
   * Copies the directory into the cache, unless this machine has it as it is now; gives the name of
   * its folder there. One JVM of the machine does it at a time: the others find it done.
   */
  private static synchronized String fetch(Configuration conf, Path directory) throws IOException {
    OwnFolder.require(CACHE);
    try (FileChannel channel =
            FileChannel.open(
                CACHE.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      List<FileStatus> files = files(conf, directory);
      java.nio.file.Path known = CACHE.resolve("seen-" + facts(files));
      if (lock.isValid() && Files.exists(known)) {
        String hash = Files.readString(known);
        // Where a JVM was killed it may be less than a name.
        if (hash.length() == HASH_DIGITS && Files.isDirectory(CACHE.resolve(hash))) {
          return hash;
        }
      }
      String hash = copy(directory.getFileSystem(conf), files);
      Files.writeString(known, hash);
      return hash;
    }
  }

  private static List<FileStatus> files(Configuration conf, Path directory) throws IOException {
    try {
      return Arrays.stream(directory.getFileSystem(conf).listStatus(directory))
          .filter(file -> file.isFile() && isRead(file.getPath().getName()))
          .toList();
    } catch (FileNotFoundException e) {
      throw new UserException("There is no checkpoint directory " + directory, e);
    }
  }

  /** What changes when the directory's content does, without reading it. */
  private static String facts(List<FileStatus> files) {
    TreeSet<String> facts = new TreeSet<>();
    for (FileStatus file : files) {
      String tag = file instanceof EtagSource tagged ? tagged.getEtag() : "";
      facts.add(
          String.format(
              Locale.ROOT,
              "%s %d %d %s",
              file.getPath(),
              file.getLen(),
              file.getModificationTime(),
              tag));
    }
    MessageDigest all = ContentHash.sha256();
    facts.forEach(fact -> all.update((fact + "\n").getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(all.digest());
  }

  /** Copies files into a folder of the cache that appears whole; gives its name. */
  private static String copy(FileSystem fs, List<FileStatus> files) throws IOException {
    java.nio.file.Path partial = Files.createTempDirectory(CACHE, ".partial-");
    try {
      TreeMap<String, String> hashes = new TreeMap<>();
      for (FileStatus file : files) {
        String name = file.getPath().getName();
        hashes.put(name, copy(fs, file.getPath(), partial.resolve(name)));
      }
      MessageDigest all = ContentHash.sha256();
      hashes.forEach(
          (name, hash) -> all.update((hash + "  " + name + "\n").getBytes(StandardCharsets.UTF_8)));
      String hash = HexFormat.of().formatHex(all.digest());
      if (!Files.isDirectory(CACHE.resolve(hash))) {
        Files.move(partial, CACHE.resolve(hash), StandardCopyOption.ATOMIC_MOVE);
        LocalCopies.touch(CACHE.resolve(hash));
        LocalCopies.trim(CACHE);
      }
      return hash;
    } finally {
      delete(partial);
    }
  }

  private static boolean isRead(String name) {
    return name.equals("config.json")
        || name.equals("vocab.txt")
        || name.endsWith(".safetensors")
        || name.equals("model.safetensors.index.json");
  }

  private static String copy(FileSystem fs, Path from, java.nio.file.Path to) throws IOException {
    MessageDigest digest = ContentHash.sha256();
    try (InputStream in = new DigestInputStream(fs.open(from), digest);
        OutputStream out = Files.newOutputStream(to)) {
      in.transferTo(out);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Deletes a folder with all that is in it, if it is there. */
  public static void delete(java.nio.file.Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<java.nio.file.Path> files = Files.walk(folder)) {
      List<java.nio.file.Path> innerFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (java.nio.file.Path file : innerFirst) {
        Files.delete(file);
      }
    }
  }
}
