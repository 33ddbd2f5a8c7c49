package io.codonloom.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
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
    List<List<BatchDescriptor>> rounds = AveragingTrainer.rounds(batches, 8, workers, frequency);

    assertThat(rounds.stream().map(List::size).toList().toString()).isEqualTo(sizes);
    assertThat(rounds.stream().flatMap(List::stream).toList()).isEqualTo(batches);
    for (List<BatchDescriptor> round : rounds) {
      assertThat(round.size() % Math.min(workers, round.size())).isZero();
    }
  }
}
