package io.codonloom.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @EnumSource(Metric.class)
  void isNotANumberWhereALabelOrAPredictionIsNone(Metric metric) {
    double[] good = {1, 0, 1, 0};
    double[] probabilities = {0.1, 0.9, 0.8, 0.2, 0.3, 0.7, 0.6, 0.4};
    double[] predictions = Metric.REGRESSION.contains(metric) ? good.clone() : probabilities;
    assertThat(metric.of(good, predictions)).isFinite();
    assertThat(metric.of(new double[] {1, Double.NaN, 1, 0}, predictions)).isNaN();
    predictions[1] = Double.NaN;
    assertThat(metric.of(good, predictions)).isNaN();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void equalsASecondFormula(long seed) {
    Random random = new Random(seed);
    int rows = 2 + random.nextInt(40);
    double[] x = random.doubles(rows).toArray();
    double[] y = random.doubles(rows).toArray();
    double squaredRankDistance = 0;
    for (int i = 0; i < rows; i++) {
      double distance = rank(x, i) - rank(y, i);
      squaredRankDistance += distance * distance;
    }
    assertThat(Metric.SPEARMAN.of(x, y))
        .isCloseTo(
            1 - 6 * squaredRankDistance / (rows * ((double) rows * rows - 1)), within(1e-12));
  }

  private static int rank(double[] values, int index) {
    return (int) Arrays.stream(values).filter(v -> v <= values[index]).count();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void theAreaIsTheShareOfPairsInTheRightOrder(long seed) {
    Random random = new Random(seed);
    int rows = 5 + random.nextInt(40);
    double[] labels = random.doubles(rows).map(v -> v < 0.4 ? 1 : 0).toArray();
    labels[0] = 0;
    labels[1] = 1;
    double[] probabilities = new double[2 * rows];
    for (int i = 0; i < rows; i++) {
      probabilities[2 * i + 1] = random.nextInt(5) / 4.0;
      probabilities[2 * i] = 1 - probabilities[2 * i + 1];
    }
    double right = 0;
    double pairs = 0;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < rows; j++) {
        if (labels[i] == 1 && labels[j] == 0) {
          pairs++;
          int order = Double.compare(probabilities[2 * i + 1], probabilities[2 * j + 1]);
          right += order > 0 ? 1 : order == 0 ? 0.5 : 0;
        }
      }
    }
    assertThat(Metric.AUC.of(labels, probabilities)).isCloseTo(right / pairs, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void numbersThatAreNotFiniteAreRefused(double value) {
    Bootstrap bootstrap = new Bootstrap(20, 1, 1);
    double[] good = {1, 2};
    double[] bad = {1, value};
    assertThatThrownBy(() -> bootstrap.scores(Metric.REGRESSION, bad, good, Units.rows(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a label is " + value);
    assertThatThrownBy(() -> bootstrap.scores(Metric.REGRESSION, good, bad, Units.rows(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a prediction is " + value);
  }

  @Test
  void rowsOfAClassificationAreResampledWhole() {
    double[] labels = {0, 1, 1, 0};
    double[] sure = {1, 0, 0, 1, 0, 1, 1, 0};
    Score accuracy =
        new Bootstrap(50, 1, 1).scores(Metric.CLASSIFICATION, labels, sure, Units.rows(4)).get(0);
    assertThat(List.of(accuracy.value(), accuracy.low(), accuracy.high()))
        .containsExactly(1.0, 1.0, 1.0);
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
        new Bootstrap(20, 1, 1)
            .scores(
                List.of(Metric.PEARSON), new double[] {1, 1}, new double[] {1, 2}, Units.rows(2))
            .get(0);
    assertThat(score.value()).isNaN();
    assertThat(score.low()).isNaN();
    assertThat(score.rows()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void noRowsGiveNoScoreAndNoInterval(Metric metric) {
    Score score =
        new Bootstrap(20, 1, 1)
            .scores(List.of(metric), new double[0], new double[0], Units.rows(0))
            .get(0);
    assertThat(List.of(score.value(), score.low(), score.high()))
        .allSatisfy(number -> assertThat(number).isNaN());
  }

  @Test
  void oneRowHasAnErrorButNoCorrelationAndNoInterval() {
    List<Score> scores =
        new Bootstrap(20, 1, 1)
            .scores(Metric.REGRESSION, new double[] {3}, new double[] {5}, Units.rows(1));
    assertThat(scores)
        .extracting(Score::metric, Score::value, Score::low)
        .containsExactly(
            tuple("spearman", Double.NaN, Double.NaN),
            tuple("pearson", Double.NaN, Double.NaN),
            tuple("r2", Double.NaN, Double.NaN),
            tuple("mse", 4.0, Double.NaN));
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
    return new Bootstrap(200, 9, 2)
        .scores(List.of(Metric.SPEARMAN), labels, predictions, Units.rows(rows))
        .get(0);
  }
}
