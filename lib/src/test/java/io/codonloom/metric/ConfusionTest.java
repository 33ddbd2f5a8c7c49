package io.codonloom.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What it counts is held against scikit-learn by {@link MetricGoldenTest}. */
class ConfusionTest {
  private static final double[] PROBABILITIES = {0.9, 0.1, 0.2, 0.8};

  @Test
  void theFirstOfEquallyProbableClassesIsTaken() {
    assertThat(Confusion.of(new double[] {1}, new double[] {0.2, 0.4, 0.4}).counts())
        .isDeepEqualTo(new int[][] {{0, 0, 0}, {0, 1, 0}, {0, 0, 0}});
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, -1, 0.5, 2, Double.POSITIVE_INFINITY})
  void aLabelThatIsNoClassIsRefused(double label) {
    assertThatThrownBy(() -> Confusion.of(new double[] {0, label}, PROBABILITIES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a label is " + label + ": not one of 2 classes, counted from 0");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void aProbabilityThatIsNanIsRefused(int index) {
    double[] probabilities = PROBABILITIES.clone();
    probabilities[index] = Double.NaN;
    assertThatThrownBy(() -> Confusion.of(new double[] {0, 1}, probabilities))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a probability is NaN");
  }
}
