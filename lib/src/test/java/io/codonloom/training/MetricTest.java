package io.codonloom.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MetricTest {
  private static final double[] LABELS = {1, 2, 2, 4, 7};
  private static final double[] PREDICTIONS = {0.5, 3, 1, 3, 9};

  @Test
  void tiesShareTheAverageOfTheirRanks() {
    assertThat(Metric.ranks(LABELS)).containsExactly(1, 2.5, 2.5, 4, 5);
    assertThat(Metric.ranks(new double[] {3, 3, 3})).containsExactly(2, 2, 2);
  }

  /** The sums of squares and products of both columns, and of their ranks, by hand. */
  @Test
  void equalsWhatTheDefinitionsGive() {
    assertThat(Metric.SPEARMAN.of(LABELS, PREDICTIONS)).isCloseTo(8.75 / 9.5, within(1e-12));
    assertThat(Metric.PEARSON.of(LABELS, PREDICTIONS))
        .isCloseTo(30.7 / Math.sqrt(22.8 * 45.8), within(1e-12));
    assertThat(Metric.MSE.of(LABELS, PREDICTIONS)).isCloseTo(1.45, within(1e-12));
    assertThat(Metric.R2.of(LABELS, PREDICTIONS)).isCloseTo(1 - 7.25 / 22.8, within(1e-12));
  }

  @Test
  void isNotANumberWhereItIsNotDefined() {
    double[] constant = {2, 2, 2};
    double[] varied = {1, 2, 3};
    assertThat(Metric.SPEARMAN.of(constant, varied)).isNaN();
    assertThat(Metric.PEARSON.of(varied, constant)).isNaN();
    assertThat(Metric.R2.of(constant, varied)).isNaN();
    assertThat(Metric.SPEARMAN.of(new double[] {1}, new double[] {1})).isNaN();
    assertThat(Metric.MSE.of(new double[0], new double[0])).isNaN();
  }

  @Test
  void spearmanIgnoresMonotoneChanges() {
    Random random = new Random(5);
    double[] x = random.doubles(100).toArray();
    double[] y = random.doubles(100).toArray();
    double[] exponential = Arrays.stream(x).map(Math::exp).toArray();
    assertThat(Metric.SPEARMAN.of(exponential, y))
        .isCloseTo(Metric.SPEARMAN.of(x, y), within(1e-12));
  }

  @Test
  void theIntervalHoldsTheValueAndNarrowsWithMoreRows() {
    Score few = spearman(50);
    Score many = spearman(2000);
    assertThat(few.low()).isLessThan(few.value());
    assertThat(few.high()).isGreaterThan(few.value());
    assertThat(many.high() - many.low()).isLessThan((few.high() - few.low()) / 3);
    assertThat(spearman(50)).as("seeded").isEqualTo(few);
  }

  @Test
  void anUndefinedMetricHasAnUndefinedInterval() {
    Score score =
        new Bootstrap(20, 1)
            .scores(List.of(Metric.PEARSON), new double[] {1, 1}, new double[] {1, 2})
            .get(0);
    assertThat(score.value()).isNaN();
    assertThat(score.low()).isNaN();
    assertThat(score.rows()).isEqualTo(2);
  }

  @Test
  void percentilesLieBetweenTheNearestValues() {
    assertThat(Bootstrap.percentile(new double[] {0, 10, 20}, 0.25)).isEqualTo(5);
    assertThat(Bootstrap.percentile(new double[] {3}, 0.975)).isEqualTo(3);
  }

  private static Score spearman(int rows) {
    Random random = new Random(3);
    double[] labels = random.doubles(rows).toArray();
    double[] predictions = Arrays.stream(labels).map(x -> x + random.nextGaussian()).toArray();
    return new Bootstrap(200, 9).scores(List.of(Metric.SPEARMAN), labels, predictions).get(0);
  }
}
