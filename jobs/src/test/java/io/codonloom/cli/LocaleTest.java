package io.codonloom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers and names are the same under every locale. */
class LocaleTest {
  private static final Path ROOT = Path.of(System.getProperty("codonloom.root"));
  private static final Pattern NUMBER =
      Pattern.compile("%(\\d+\\$)?[-#+ 0,(]*\\d*(\\.\\d+)?[dfegEG]");

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

  @Test
  void numbersAreFormattedWithALocale() throws IOException {
    List<String> found = new ArrayList<>();
    for (String module : List.of("lib", "jobs")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          String text = Files.readString(file);
          Matcher call =
              Pattern.compile("\\.formatted\\(|String\\s*\\.format\\(\\s*\"").matcher(text);
          while (call.find()) {
            int from =
                1
                    + Math.max(
                        text.lastIndexOf(';', call.start()), text.lastIndexOf("{\n", call.start()));
            if (!text.startsWith(".formatted", call.start())
                || NUMBER.matcher(text.substring(from, call.start())).find()) {
              found.add(file.getFileName() + ": " + text.substring(from, call.end()).strip());
            }
          }
        }
      }
    }
    assertThat(found).as("use String.format(Locale.ROOT, …)").isEmpty();
  }
}
