package io.codonloom.fusion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/** Training stops at a loss that is not finite, so none may be lost on the way there. */
class NotANumberTest {
  private static final int[][] LENGTHS = {{7, 5, 6}, {6, 8, 7}, {5, 6, 9}};
  private static final int SPOILT = 1;

  @ParameterizedTest(name = "{0}")
  @MethodSource("io.codonloom.fusion.TestNetworks#all")
  void aNanInAnExampleReachesItsPredictionAndTheLossAndNoOtherPrediction(TestNetworks kind) {
    ComputationGraph network = kind.build(DataType.FLOAT);
    INDArray before = prediction(network, batch(kind));
    Random random = new Random(3);
    for (int m = 0; m < kind.dims().size(); m++) {
      MultiDataSet batch = batch(kind);
      INDArray vectors = batch.getFeatures(m);
      int feature = random.nextInt((int) vectors.size(2));
      vectors.putScalar(new int[] {SPOILT, random.nextInt(6), feature}, Float.NaN);

      INDArray after = prediction(network, batch);
      for (int i = 0; i < LENGTHS.length; i++) {
        for (int column = 0; column < after.size(1); column++) {
          float value = after.getFloat(i, column);
          if (i == SPOILT) {
            assertThat(value).isNaN();
          } else {
            assertThat(value).isEqualTo(before.getFloat(i, column));
          }
        }
      }
      assertThat(Examples.score(network, batch)).isNaN();
    }
  }

  private static MultiDataSet batch(TestNetworks kind) {
    return Examples.batch(kind, DataType.FLOAT, LENGTHS, 2, 9);
  }

  private static INDArray prediction(ComputationGraph network, MultiDataSet batch) {
    return network.output(false, batch.getFeatures(), batch.getFeaturesMaskArrays(), null)[0];
  }
}
