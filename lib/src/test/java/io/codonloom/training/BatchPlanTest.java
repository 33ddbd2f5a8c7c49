package io.codonloom.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchPlanTest {
  private static final int[] CODONS = new Random(1).ints(5000, 50, 1000).toArray();

  @ParameterizedTest
  @CsvSource({"1,8", "8,8", "9,8", "5000,32", "4999,32", "3,100"})
  void everyRowIsInOneBatchAndOnlyTheLastIsNotFull(int rows, int batchSize) {
    int[] some = IntStream.range(0, rows).map(i -> 4999 - i).toArray();
    List<int[]> batches = new BatchPlan(some, CODONS, batchSize).epoch(7, 1);

    assertThat(batches.stream().flatMapToInt(Arrays::stream).sorted().toArray())
        .containsExactly(Arrays.stream(some).sorted().toArray());
    assertThat(batches.subList(0, batches.size() - 1)).allMatch(b -> b.length == batchSize);
  }

  @Test
  void epochsDifferAndRepeatWithTheSeed() {
    BatchPlan plan = new BatchPlan(IntStream.range(0, 200).toArray(), CODONS, 16);
    assertThat(plan.epoch(7, 1)).usingRecursiveComparison().isEqualTo(plan.epoch(7, 1));
    assertThat(plan.epoch(7, 1).get(0)).isNotEqualTo(plan.epoch(7, 2).get(0));
    assertThat(plan.epoch(7, 1).get(0)).isNotEqualTo(plan.epoch(8, 1).get(0));
  }

  @Test
  void rowsOfLikeLengthComeTogether() {
    BatchPlan plan = new BatchPlan(IntStream.range(0, 5000).toArray(), CODONS, 32);
    long padded = 0;
    for (int[] batch : plan.epoch(7, 1)) {
      padded += (long) batch.length * Arrays.stream(batch).map(row -> CODONS[row]).max().orElse(0);
    }
    long real = Arrays.stream(CODONS).asLongStream().sum();
    assertThat(padded).isLessThan(real * 106 / 100);
  }

  @Test
  void forEvaluationRowsComeByLength() {
    int[] first = new BatchPlan(IntStream.range(0, 100).toArray(), CODONS, 10).byLength().get(0);
    assertThat(Arrays.stream(first).map(row -> CODONS[row]).toArray()).isSorted();
  }
}
