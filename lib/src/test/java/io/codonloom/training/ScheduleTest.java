package io.codonloom.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.codonloom.model.LabelScaling;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  @Test
  void theRateFallsAfterMoreBadEpochsThanThePatience() {
    PlateauSchedule schedule = new PlateauSchedule(1, 0.5, 2);
    assertThat(schedule.next(10)).isEqualTo(1);
    assertThat(schedule.next(9)).isEqualTo(1);
    assertThat(schedule.next(9)).isEqualTo(1);
    assertThat(schedule.next(8.9999)).as("no real improvement").isEqualTo(1);
    assertThat(schedule.next(9.5)).isEqualTo(0.5);
    assertThat(schedule.next(9.5)).as("counting starts again").isEqualTo(0.5);
    assertThat(schedule.next(8)).isEqualTo(0.5);
  }

  @Test
  void trainingStopsAfterSoManyEpochsWithoutANewBest() {
    EarlyStopping stopping = new EarlyStopping(2);
    assertThat(stopping.isBest(1, 5)).isTrue();
    assertThat(stopping.isBest(2, 4)).isTrue();
    assertThat(stopping.isBest(3, 4)).isFalse();
    assertThat(stopping.shouldStop()).isFalse();
    assertThat(stopping.isBest(4, 6)).isFalse();
    assertThat(stopping.shouldStop()).isTrue();
    assertThat(stopping.bestEpoch()).isEqualTo(2);
    assertThat(stopping.bestLoss()).isEqualTo(4);
  }

  @Test
  void scaledTrainingLabelsHaveMeanZeroAndDeviationOne() {
    LabelScaling scaling = LabelScaling.of(2, 4, 9);
    assertThat(scaling.mean()).isEqualTo(5);
    assertThat(scaling.scale(2) + scaling.scale(4) + scaling.scale(9)).isCloseTo(0, within(1e-12));
    assertThat(scaling.unscale(scaling.scale(-3.7))).isCloseTo(-3.7, within(1e-12));
  }

  @Test
  void equalLabelsAreOnlyShifted() {
    LabelScaling scaling = LabelScaling.of(0.1, 0.1, 0.1);
    assertThat(scaling.deviation()).isEqualTo(1);
    assertThat(scaling.scale(0.1)).isCloseTo(0, within(1e-15));
  }
}
