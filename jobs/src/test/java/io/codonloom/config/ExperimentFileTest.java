package io.codonloom.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentFileTest {
  private static final String PLAIN =
      """
      workspace = w
      dataset { name = d, input = d.csv }
      encoders { rna { checkpoint = c } }
      """;

  @TempDir Path folder;

  private Experiment read(String text, String... overrides) throws IOException {
    Path file = folder.resolve("experiment.conf");
    Files.writeString(file, text);
    return ExperimentFile.read(file, List.of(overrides));
  }

  private void refused(String text, String message, String... overrides) {
    assertThatThrownBy(() -> read(text, overrides))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void neitherTheEnvironmentNorSystemPropertiesEnterAConfig() {
    String name = System.getenv().containsKey("HOME") ? "HOME" : "PATH";
    String value = System.getenv(name);
    for (String text : List.of("${" + name + "}", "${?" + name + "}", "${user.home}", "${nokey}")) {
      assertThatThrownBy(() -> read(PLAIN + "dataset.label-name = " + text))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("environment variables and system properties are not read")
          .hasMessageContaining(text.replaceAll("[${?}]", ""))
          .hasMessageNotContaining(value);
    }
    refused(PLAIN, "nothing is put in the place of ${…} here", "workspace=${" + name + "}");
  }

  @Test
  void keysOfTheConfigItselfMayStandForOthers() throws IOException {
    assertThat(read(PLAIN + "store.name = ${dataset.name}"))
        .extracting(experiment -> experiment.store().name())
        .isEqualTo("d");
  }

  @Test
  void filesAreIncludedAndNothingElse() throws IOException {
    Files.createDirectories(folder.resolve("parts"));
    Files.writeString(folder.resolve("parts/base.conf"), PLAIN + "include \"deep.conf\"");
    Files.writeString(folder.resolve("parts/deep.conf"), "store.name = deep");
    Files.writeString(folder.resolve("parts/train.conf"), "epochs = 7");
    Experiment included =
        read("include \"parts/base\"\ntrain { include file(\"parts/train.conf\") }");
    assertThat(included.store().name()).isEqualTo("deep");
    assertThat(included.train().epochs()).isEqualTo(7);
    String remedy = "is not followed: a config includes files only, as in include \"base.conf\"";
    String url = folder.resolve("parts/base.conf").toUri().toString();
    for (String include :
        List.of(
            "url(\"" + url + "\")",
            "\"" + url + "\"",
            "url(\"http://127.0.0.1:1/x.conf\")",
            "required(url(\"" + url + "\"))",
            "classpath(\"io/codonloom/config/defaults.conf\")")) {
      refused(PLAIN + "include " + include, remedy);
    }
    refused(PLAIN + "include required(\"nowhere.conf\")", "nowhere.conf");
    // Not as if it were absent.
    Files.createDirectories(folder.resolve("folder.conf"));
    refused(PLAIN + "include \"folder\"", "folder.conf cannot be read: it is a folder");
  }

  @Test
  void aListIsSetWithBracketsOrCommas() throws IOException {
    for (String value : List.of("[a, b]", "[a,b]", "a,b", "[\"a\", \"b\"]")) {
      assertThat(
              read(PLAIN, "dataset.columns.covariates=" + value).dataset().columns().covariates())
          .as(value)
          .containsExactly("a", "b");
    }
    assertThat(read(PLAIN, "splits=[{name = main, by = row, seed = 3}, {name = other}]").splits())
        .extracting(Split::name)
        .containsExactly("main", "other");
    assertThat(read(PLAIN, "workspace=[a]").workspace()).isEqualTo("[a]");
  }

  @Test
  void anElementOfAListIsSetWithItsWholeList() {
    refused(
        PLAIN,
        "the elements of a list cannot be set one by one; set the whole list, as in --set 'splits=[…]'",
        "splits[0].by=row");
  }

  @Test
  void wholeNumbersAreNotCut() throws IOException {
    refused(PLAIN, "train.epochs must be a whole number, was '2.7'", "train.epochs=2.7");
    refused(PLAIN + "train.epochs = 2.7", "train.epochs must be a whole number, was '2.7'");
    refused(PLAIN, "train.seed must be a whole number, was '0.5'", "train.seed=0.5");
    refused(PLAIN, "train.epochs must be a number that fits int", "train.epochs=3e9");
    refused(PLAIN, "train.epochs must be a number that fits int", "train.epochs=many");
    assertThat(read(PLAIN + "train { epochs = 2.0, seed = 1e3 }").train().epochs()).isEqualTo(2);
  }
}
