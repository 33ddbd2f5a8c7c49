package io.codonloom.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.UserException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
  private final Configuration conf = new Configuration();
  @TempDir java.nio.file.Path folder;

  record Settings(int maxCodons, Optional<String> note) {}

  private static Manifest manifest(String fingerprint) {
    return Manifest.of(
        "prepare",
        "demo",
        fingerprint,
        Instant.now(),
        Map.of("spark", "3.5.9"),
        new Settings(3, Optional.empty()),
        Map.of("input", "abc"),
        Map.of("rows", 7, "reasons", Map.of("empty", 1)));
  }

  @Test
  void comesBackAsItWasWritten() throws IOException {
    Path file = new Path(folder.toUri().toString(), "m.json");
    Manifest written = manifest("f");
    written.write(conf, file);
    Manifest read = Manifest.read(conf, file).orElseThrow();
    assertThat(read).isEqualTo(written);
    assertThat(read.counts().at("/reasons/empty").asInt()).isEqualTo(1);
    assertThat(read.codeVersion()).matches("\\d+\\.\\d+\\.\\d+.*");
  }

  @Test
  void isCurrentOnlyWithTheSameFingerprint() throws IOException {
    Path file = new Path(folder.toUri().toString(), "m.json");
    assertThat(Manifest.isCurrent(conf, file, "f")).isFalse();
    manifest("f").write(conf, file);
    assertThat(Manifest.isCurrent(conf, file, "f")).isTrue();
    assertThat(Manifest.isCurrent(conf, file, "g")).isFalse();
  }

  @Test
  void saysWhatToDoWithADamagedOne() throws IOException {
    Path file = new Path(folder.toUri().toString(), "m.json");
    String lacksCounts =
        "{\"fingerprint\": \"f\", \"started\": \"\", \"settings\": {}, \"fingerprints\": {}}";
    for (String damaged : List.of("{\"stage\": ", "", "null", "[]", "{}", lacksCounts)) {
      WholeFile.writeText(conf, file, damaged);
      assertThatThrownBy(() -> Manifest.read(conf, file))
          .as(damaged)
          .isInstanceOf(UserException.class)
          .hasMessageContaining("m.json is no manifest")
          .hasMessageContaining("delete it to run the stage again");
    }
  }

  private record Numbers(double defined, double undefined, List<Double> more) {}

  @Test
  void aNumberThatIsNotDefinedIsNullInJson() throws IOException {
    Numbers numbers = new Numbers(0.5, Double.NaN, List.of(Double.POSITIVE_INFINITY, 2.0));
    String json = Manifest.JSON.writeValueAsString(numbers);
    assertThat(Manifest.JSON.readTree(json))
        .isEqualTo(
            Manifest.JSON.readTree(
                "{\"defined\": 0.5, \"undefined\": null, \"more\": [null, 2.0]}"));
    Numbers read = Manifest.JSON.readValue("{\"defined\": 1, \"undefined\": null}", Numbers.class);
    assertThat(read.defined()).isEqualTo(1);
    assertThat(read.undefined()).isNaN();
    assertThatThrownBy(() -> Manifest.JSON.readValue("{\"defined\": \"x\"}", Numbers.class))
        .hasMessageContaining("double");
  }

  @Test
  void fingerprintsDoNotDependOnTheOrderOfMapKeys() {
    assertThat(Fingerprint.of(new java.util.TreeMap<>(Map.of("a", 1, "b", 2)), "x"))
        .isEqualTo(Fingerprint.of(new java.util.LinkedHashMap<>(Map.of("b", 2, "a", 1)), "x"))
        .isNotEqualTo(Fingerprint.of(Map.of("a", 1, "b", 3), "x"))
        .hasSize(64);
  }
}
