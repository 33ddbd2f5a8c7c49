package io.codonloom.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class DropoutDrawTest {
  private static final int LENGTH = 100_003;

  @Test
  void dropsTheGivenShareAndScalesTheRest() {
    Vectors factors = factors(DropoutDraw.stream(5, "attention-dna", 0), 0.1);
    int dropped = 0;
    for (int i = 0; i < LENGTH; i++) {
      if (factors.get(i) == 0) {
        dropped++;
      } else {
        assertThat(factors.get(i)).isCloseTo(1 / 0.9, within(1e-12));
      }
    }
    assertThat((double) dropped / LENGTH).isCloseTo(0.1, within(0.005));
  }

  @Test
  void rowsEpochsHeadsAndModalitiesDropIndependently() {
    long row = draw(1, 1, 7);
    long[] others = {
      DropoutDraw.stream(row, "attention-dna", 1),
      DropoutDraw.stream(row, "attention-rna", 0),
      DropoutDraw.stream(draw(1, 1, 8), "attention-dna", 0),
      DropoutDraw.stream(draw(1, 2, 7), "attention-dna", 0),
      DropoutDraw.stream(draw(2, 1, 7), "attention-dna", 0)
    };
    Vectors factors = factors(DropoutDraw.stream(row, "attention-dna", 0), 0.5);
    Vectors again = factors(DropoutDraw.stream(row, "attention-dna", 0), 0.5);
    for (int i = 0; i < LENGTH; i++) {
      assertThat(again.get(i)).isEqualTo(factors.get(i));
    }
    for (long stream : others) {
      Vectors other = factors(stream, 0.5);
      int equal = 0;
      for (int i = 0; i < LENGTH; i++) {
        equal += factors.get(i) == other.get(i) ? 1 : 0;
      }
      assertThat((double) equal / LENGTH).isCloseTo(0.5, within(0.01));
    }
  }

  private static long draw(long seed, int epoch, long row) {
    float[] inputs = DropoutDraw.inputs(seed, epoch, row);
    return DropoutDraw.of((long) inputs[0], (long) inputs[1]);
  }

  private static Vectors factors(long stream, double rate) {
    Vectors factors = Vectors.zeros(DataType.DOUBLE, LENGTH);
    DropoutDraw.fill(factors, LENGTH, stream, rate);
    return factors;
  }
}
