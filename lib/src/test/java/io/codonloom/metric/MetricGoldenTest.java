package io.codonloom.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against SciPy and scikit-learn: {@code test-data/metrics/make_golden.py}. */
class MetricGoldenTest {
  /** Two and a half times theirs: their noise is the greater one. */
  private static final int RESAMPLES = 50_000;

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

  static Stream<Named<JsonNode>> casesWithIntervals() throws IOException {
    return cases().filter(one -> one.getPayload().has("intervals"));
  }

  /**
   * Another generator draws other rows: an end of an interval may differ from theirs by a third of
   * its distance from the end of the 90 % interval. The noise of both has a standard deviation of
   * 0.07 of that distance: √(q (1 − q) (1 / 20,000 + 1 / 50,000)) / φ(z) for q = 0.025 and z = 1.96
   * is 0.022 standard errors, and the ends lie 1.96 − 1.645 apart.
   */
  @ParameterizedTest
  @MethodSource("casesWithIntervals")
  void theIntervalIsThatOf95PercentAndNotOf90(JsonNode golden) {
    List<Metric> metrics =
        Stream.of(Metric.values()).filter(m -> golden.get("intervals").has(m.id())).toList();
    List<Score> scores =
        new Bootstrap(RESAMPLES, 1, 2)
            .scores(
                metrics,
                numbers(golden.get("labels")),
                numbers(golden.get("predictions")),
                Units.rows(golden.get("labels").size()));
    assertThat(scores).isNotEmpty();
    for (Score score : scores) {
      double[] of95 = numbers(golden.at("/intervals/" + score.metric() + "/95"));
      double[] of90 = numbers(golden.at("/intervals/" + score.metric() + "/90"));
      assertThat(score.low())
          .as("low end of " + score.metric())
          .isCloseTo(of95[0], within((of90[0] - of95[0]) / 3));
      assertThat(score.high())
          .as("high end of " + score.metric())
          .isCloseTo(of95[1], within((of95[1] - of90[1]) / 3));
    }
  }

  private static double[] numbers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(number -> number.isNull() ? Double.NaN : number.doubleValue())
        .toArray();
  }
}
