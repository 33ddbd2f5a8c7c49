package io.codonloom.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TicksTest {
  @Test
  void areRoundNumbersAroundTheRange() {
    assertThat(labels(Ticks.around(0.03, 0.97, 5)))
        .containsExactly("0.0", "0.2", "0.4", "0.6", "0.8", "1.0");
    assertThat(labels(Ticks.around(-3.09, 2.87, 5)))
        .containsExactly("−4", "−3", "−2", "−1", "0", "1", "2", "3");
    assertThat(labels(Ticks.around(0, 1234, 5)))
        .containsExactly("0", "200", "400", "600", "800", "1000", "1200", "1400");
  }

  @Test
  void doNotGrowPastABoundThatIsATick() {
    assertThat(labels(Ticks.around(0.1, 0.3, 4)))
        .containsExactly("0.10", "0.15", "0.20", "0.25", "0.30");
  }

  @Test
  void giveRoomToASingleValue() {
    assertThat(Ticks.around(0, 0, 5).count()).isGreaterThan(2);
    Ticks ticks = Ticks.around(0.25, 0.25, 5);
    assertThat(ticks.low()).isLessThan(0.25);
    assertThat(ticks.high()).isGreaterThan(0.25);
    assertThat(Ticks.around(1e15, 1e15 + 0.1, 5).count()).isBetween(2, 12);
  }

  @Test
  void stayFiniteWithoutAnyValue() {
    Ticks ticks = Ticks.around(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 5);
    assertThat(ticks.low()).isFinite().isLessThan(ticks.high());
  }

  @Test
  void countInWholeNumbersForEpochs() {
    assertThat(labels(Ticks.wholeNumbers(1, 1, 5))).containsExactly("1", "2");
    assertThat(labels(Ticks.wholeNumbers(1, 3, 5))).containsExactly("1", "2", "3");
    assertThat(labels(Ticks.wholeNumbers(0, 40, 5))).containsExactly("0", "10", "20", "30", "40");
  }

  @Test
  void encloseAnyRangeInAFewDistinctSteps() {
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      double a = random.nextGaussian() * Math.pow(10, random.nextInt(30) - 15);
      double b = a + random.nextGaussian() * Math.pow(10, random.nextInt(30) - 15);
      double low = Math.min(a, b);
      double high = Math.max(a, b);
      Ticks ticks = Ticks.around(low, high, 5);
      double step = ticks.value(1) - ticks.value(0);
      assertThat(ticks.count()).isBetween(2, 12);
      assertThat(ticks.low()).isLessThanOrEqualTo(low + 1e-6 * step);
      assertThat(ticks.high()).isGreaterThanOrEqualTo(high - 1e-6 * step);
    }
  }

  private static List<String> labels(Ticks ticks) {
    return IntStream.range(0, ticks.count()).mapToObj(ticks::label).toList();
  }
}
