package io.codonloom.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AveragingRoundsTest {
  @ParameterizedTest
  @CsvSource({
    "12, 0, 2, 3, '[6, 6]'",
    "13, 0, 2, 3, '[6, 6, 1]'",
    "17, 0, 2, 3, '[6, 6, 4, 1]'",
    "5, 1, 2, 3, '[4, 1, 1]'",
    "0, 1, 4, 5, '[1]'",
    "3, 0, 4, 5, '[3]'"
  })
  void allWorkersOfARoundMakeTheSameNumberOfSteps(
      int full, int incomplete, int workers, int frequency, String sizes) {
    List<BatchDescriptor> batches = new ArrayList<>();
    for (int i = 0; i < full + incomplete; i++) {
      batches.add(new BatchDescriptor(1, i + 1, new int[i < full ? 8 : 3]));
    }
    List<List<BatchDescriptor>> rounds =
        AveragingRounds.of(batches, 8, workers, frequency, batch -> 1);

    assertThat(rounds.stream().map(List::size).toList().toString()).isEqualTo(sizes);
    assertThat(rounds.stream().flatMap(List::stream).toList())
        .containsExactlyInAnyOrderElementsOf(batches);
    for (List<BatchDescriptor> round : rounds) {
      assertThat(round.size() % Math.min(workers, round.size())).isZero();
    }
  }

  @Test
  void workersGetAboutAsMuchToDoAndTheirBatchesInOrder() {
    SplittableRandom random = new SplittableRandom(3);
    for (int trial = 0; trial < 50; trial++) {
      int[] work = random.ints(24, 100, 1000).toArray();
      List<BatchDescriptor> batches = new ArrayList<>();
      for (int i = 0; i < work.length; i++) {
        batches.add(new BatchDescriptor(1, i + 1, new int[8]));
      }
      List<BatchDescriptor> round =
          AveragingRounds.of(batches, 8, 3, 8, batch -> work[batch.number() - 1]).get(0);

      assertThat(round).containsExactlyInAnyOrderElementsOf(batches);
      List<Integer> sums = new ArrayList<>();
      for (int worker = 0; worker < 3; worker++) {
        List<BatchDescriptor> own = round.subList(worker * 8, worker * 8 + 8);
        assertThat(own).isSortedAccordingTo(Comparator.comparingInt(BatchDescriptor::number));
        sums.add(own.stream().mapToInt(batch -> work[batch.number() - 1]).sum());
      }
      int mean = Arrays.stream(work).sum() / 3;
      assertThat(sums).allSatisfy(sum -> assertThat(sum).isCloseTo(mean, withinPercentage(5)));
    }
  }
}
