package io.codonloom.fusion.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class TanhTest {
  private static final double BOUND = 0x1.0p-21;

  @Test
  void isThatOfTheJdkOverTheWholeRange() {
    SplittableRandom random = new SplittableRandom(7);
    float[] x = new float[200_000];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) ((2 * random.nextDouble() - 1) * Math.pow(10, 8 * random.nextDouble() - 6));
    }
    float[] y = x.clone();
    Tanh.apply(y);
    double furthest = 0;
    for (int i = 0; i < x.length; i++) {
      furthest = Math.max(furthest, Math.abs(y[i] - Math.tanh(x[i])));
      assertThat(Math.abs(y[i])).isLessThanOrEqualTo(1);
    }
    assertThat(furthest).isLessThan(BOUND);
  }

  @Test
  void isExactWhereItMustBeAndTellsWhatIsNoNumber() {
    float[] values = {0, 1e-30f, 100, -100, Float.POSITIVE_INFINITY, Float.NaN};
    Tanh.apply(values);
    assertThat(values[0]).isZero();
    assertThat(values[1]).isCloseTo(1e-30f, within(1e-36f));
    assertThat(values[2]).isCloseTo(1, within((float) BOUND));
    assertThat(values[3]).isCloseTo(-1, within((float) BOUND));
    assertThat(values[4]).isCloseTo(1, within((float) BOUND));
    assertThat(values[5]).isNaN();
  }

  @Test
  void worksInPlaceOnViewsThatAreLongerThanAChunk() {
    INDArray whole = Nd4j.randn(DataType.FLOAT, 50, 1000);
    INDArray expected = whole.dup();
    INDArray view = Matrices.rowRange(whole, 3, 47);
    Tanh.apply(view);
    for (int row : new int[] {0, 2, 3, 20, 46, 47, 49}) {
      for (int column = 0; column < 1000; column++) {
        double before = expected.getDouble(row, column);
        double after = row < 3 || row > 46 ? before : Math.tanh(before);
        assertThat(whole.getDouble(row, column)).isCloseTo(after, within(BOUND));
      }
    }
  }
}
