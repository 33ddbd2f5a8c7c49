package io.codonloom.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against SciPy and scikit-learn: {@code test-data/metrics/make_golden.py}. */
class MetricGoldenTest {
  static Stream<Named<JsonNode>> cases() throws IOException {
    Path file = Path.of(System.getProperty("codonloom.root"), "test-data/metrics/golden.json");
    JsonNode golden = new ObjectMapper().readTree(file.toFile());
    return Stream.of("regression", "classification")
        .flatMap(task -> StreamSupport.stream(golden.get(task).spliterator(), false))
        .map(one -> Named.of(one.get("name").asText(), one));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsTheirValues(JsonNode golden) {
    double[] labels = numbers(golden.get("labels"));
    double[] predictions = numbers(golden.get("predictions"));
    golden
        .get("metrics")
        .properties()
        .forEach(
            expected -> {
              Metric metric =
                  Stream.of(Metric.values())
                      .filter(m -> m.id().equals(expected.getKey()))
                      .findFirst()
                      .orElseThrow();
              double value = metric.of(labels, predictions);
              if (expected.getValue().isNull()) {
                assertThat(value).as(metric.id()).isNaN();
              } else {
                double number = expected.getValue().doubleValue();
                assertThat(value)
                    .as(metric.id())
                    .isCloseTo(number, within(1e-9 * Math.abs(number) + 1e-15));
              }
            });
    if (golden.has("confusion")) {
      assertThat(
              new ObjectMapper().<JsonNode>valueToTree(Confusion.of(labels, predictions).counts()))
          .isEqualTo(golden.get("confusion"));
    }
  }

  private static double[] numbers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(number -> number.isNull() ? Double.NaN : number.doubleValue())
        .toArray();
  }
}
