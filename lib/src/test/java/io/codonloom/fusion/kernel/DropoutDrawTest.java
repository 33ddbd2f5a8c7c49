package io.codonloom.fusion.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DropoutDrawTest {
  private static final int LENGTH = 100_003;

  @Test
  void dropsTheGivenShareEverywhere() {
    for (double rate : new double[] {0.1, 0.5, 0.9}) {
      long row = DropoutDraw.stream(5, "attention-dna", 0);
      double[] share = new double[2];
      for (int query = 0; query < 100; query++) {
        int[] marks = marks(1000, DropoutDraw.stream(row, query), rate);
        for (int i = 0; i < marks.length; i++) {
          share[i % 2] += marks[i] / 50_000.0;
        }
      }
      assertThat(share[0]).isCloseTo(rate, within(0.01));
      assertThat(share[1]).isCloseTo(rate, within(0.01));
    }
  }

  @Test
  void rowsEpochsHeadsAndModalitiesDropIndependently() {
    long row = draw(1, 1, 7);
    long[] others = {
      DropoutDraw.stream(row, "attention-dna", 1),
      DropoutDraw.stream(row, "attention-rna", 0),
      DropoutDraw.stream(draw(1, 1, 8), "attention-dna", 0),
      DropoutDraw.stream(draw(1, 2, 7), "attention-dna", 0),
      DropoutDraw.stream(draw(2, 1, 7), "attention-dna", 0),
      DropoutDraw.stream(DropoutDraw.stream(row, "attention-dna", 0), 0),
      DropoutDraw.stream(DropoutDraw.stream(row, "attention-dna", 0), 1)
    };
    int[] marks = marks(LENGTH, DropoutDraw.stream(row, "attention-dna", 0), 0.5);
    assertThat(marks(LENGTH, DropoutDraw.stream(row, "attention-dna", 0), 0.5)).isEqualTo(marks);
    for (long stream : others) {
      int[] other = marks(LENGTH, stream, 0.5);
      int equal = 0;
      for (int i = 0; i < LENGTH; i++) {
        equal += marks[i] == other[i] ? 1 : 0;
      }
      assertThat((double) equal / LENGTH).isCloseTo(0.5, within(0.01));
    }
  }

  private static long draw(long seed, int epoch, long row) {
    float[] inputs = DropoutDraw.inputs(seed, epoch, row);
    return DropoutDraw.of((long) inputs[0], (long) inputs[1]);
  }

  private static int[] marks(int length, long stream, double rate) {
    int[] marks = new int[length];
    DropoutDraw.dropped(marks, length, stream, rate);
    return marks;
  }
}
