package io.codonloom;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Real data that lies beside the repository on some machines and is no part of it. */
public final class SharedData {
  private SharedData() {}

  /** A file of {@code ../shared/data}; the calling test is skipped where it is not there. */
  public static Path file(String name) {
    Path file =
        Path.of(System.getProperty("codonloom.root")).resolve("../shared/data").resolve(name);
    assumeTrue(Files.exists(file), () -> "skipped: there is no ../shared/data/" + name);
    return file.normalize();
  }

  /** The lines of such a file, unzipped where its name ends with {@code .gz}. */
  public static List<String> lines(String name) throws IOException {
    Path file = file(name);
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = name.endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
