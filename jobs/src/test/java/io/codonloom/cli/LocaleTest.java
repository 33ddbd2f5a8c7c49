package io.codonloom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers and names are the same under every locale. */
class LocaleTest {
  /** Letters as in Turkish (I has a small ı), digits as in Egypt (٠١٢). */
  private static final Locale FOREIGN = Locale.forLanguageTag("tr-TR-u-nu-arab");

  @TempDir Path folder;

  @Test
  void thePipelineWritesTheSameUnderAnyLocale() throws IOException {
    Locale former = Locale.getDefault();
    Locale.setDefault(FOREIGN);
    try {
      assertThat(String.format("%d", 1)).as("the locale counts").isEqualTo("١");
      CliWorkspace small = new CliWorkspace(folder.resolve("a [1] {b} für ı")).write();
      for (String verb : List.of("run", "plan", "verify", "predict")) {
        CliWorkspace.Result result = small.run(verb);
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out()).doesNotContainPattern("[٠-٩]");
      }
      try (Stream<Path> files = Files.walk(small.folder)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String name = file.getFileName().toString();
          if (!name.contains("part-")) { // Spark's own
            assertThat(file.toString()).doesNotContainPattern("[٠-٩]");
          }
          if (name.endsWith(".json") || name.endsWith(".html") || name.endsWith(".csv")) {
            assertThat(Files.readString(file)).as(name).doesNotContainPattern("[٠-٩]");
          }
        }
      }
    } finally {
      Locale.setDefault(former);
    }
  }
}
