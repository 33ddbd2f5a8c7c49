package io.codonloom.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordBinderTest {
  enum Colour {
    LIGHT_BLUE,
    RED
  }

  record Inner(int maxCodons, Optional<String> note) {
    Inner {
      if (maxCodons < 0) {
        throw new IllegalArgumentException("max-codons must not be negative, was " + maxCodons);
      }
    }
  }

  private static final String VALID =
      """
      name = x, rate = 0.5, on = true, colour = light-blue, columns = a
      by-colour { red { max-codons = 3, note = hi } }
      inners = [ { max-codons = 7, note = null }, {} ]
      """;

  private record Sized(int size) {}

  private static <T extends Record> T bind(String text, Class<T> type) {
    return new RecordBinder(ConfigFactory.parseString("inners { max-codons = 5 }"))
        .bind(ConfigFactory.parseString(text).root(), type);
  }

  record Plain(
      String name,
      double rate,
      boolean on,
      Colour colour,
      List<String> columns,
      Map<Colour, Inner> byColour,
      List<Inner> inners) {}

  @Test
  void fillsEveryKindOfComponent() {
    Plain bound = bind(VALID, Plain.class);
    assertThat(bound.name()).isEqualTo("x");
    assertThat(bound.rate()).isEqualTo(0.5);
    assertThat(bound.on()).isTrue();
    assertThat(bound.colour()).isEqualTo(Colour.LIGHT_BLUE);
    assertThat(bound.columns()).containsExactly("a");
    assertThat(bound.byColour())
        .containsExactly(Map.entry(Colour.RED, new Inner(3, Optional.of("hi"))));
    assertThat(bound.inners())
        .containsExactly(new Inner(7, Optional.empty()), new Inner(5, Optional.empty()));
  }

  @Test
  void splitsAListGivenAsOneStringAtCommas() {
    assertThat(bind(VALID + "columns = \"a, b:c, d\"", Plain.class).columns())
        .containsExactly("a", "b:c", "d");
  }

  private record Reading(@Paths List<String> input) {}

  @Test
  void aPathMayHoldCommas() {
    assertThat(bind("input = \"/d/a, b.csv\"", Reading.class).input())
        .containsExactly("/d/a, b.csv");
    assertThat(bind("input = [\"/d/a, b.csv\", c]", Reading.class).input())
        .containsExactly("/d/a, b.csv", "c");
  }

  @Test
  void refusesAnUnknownKeyWithItsPathAndTheNearestName() {
    assertThatThrownBy(() -> bind(VALID + "by-colour.red.max-codon = 3", Plain.class))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "unknown key by-colour.red.max-codon; did you mean by-colour.red.max-codons?");
  }

  @Test
  void refusesAMissingKeyWithItsPath() {
    assertThatThrownBy(() -> bind("{}", Sized.class)).hasMessageContaining("missing key size");
  }

  @Test
  void refusesAValueOfTheWrongKind() {
    assertThatThrownBy(() -> bind("size = many", Sized.class))
        .hasMessageContaining("size must be a number that fits int, was 'many'");
    assertThatThrownBy(() -> bind("size = { a = 1 }", Sized.class))
        .hasMessageContaining("size must be a single value");
    assertThatThrownBy(() -> bind(VALID + "colour = green", Plain.class))
        .hasMessageContaining("colour is one of light-blue, red, was 'green'");
    assertThatThrownBy(() -> bind(VALID + "by-colour = 3", Plain.class))
        .hasMessageContaining("by-colour must be a block");
  }

  @Test
  void tellsWhatARecordItselfRefuses() {
    assertThatThrownBy(() -> bind(VALID + "by-colour.red.max-codons = -1", Plain.class))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("by-colour.red: max-codons must not be negative, was -1");
  }

  @Test
  void takesTextForNumbersAsOverridesGiveIt() {
    assertThat(bind("size = \"12\"", Sized.class).size()).isEqualTo(12);
  }
}
