package io.codonloom.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.embedding.CodonVectors;
import io.codonloom.fusion.Fusion;
import io.codonloom.fusion.FusionNetwork;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.NetworkShape;
import io.codonloom.fusion.Optimizer;
import io.codonloom.fusion.Target;
import io.codonloom.sequence.Modality;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.dataset.MultiDataSet;

class OneHotTest {
  @ParameterizedTest
  @EnumSource(names = {"DNA", "RNA"})
  void aCodonHasAOneForEachOfItsBases(Modality modality) {
    CodonVectors vectors = OneHot.of(modality, modality == Modality.DNA ? "ATGNCA" : "AUGNCA");
    assertThat(vectors.startCodon()).isZero();
    assertThat(vectors.endCodon()).isEqualTo(2);
    assertThat(vectors.dim()).isEqualTo(OneHot.dim(modality)).isEqualTo(12);
    assertThat(copy(vectors))
        .containsExactly(
            1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, //
            0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0);
  }

  @Test
  void aResidueHasOneOneAndAnUnknownOneNone() {
    CodonVectors vectors = OneHot.of(Modality.PROTEIN, "AYX");
    assertThat(vectors.endCodon()).isEqualTo(3);
    assertThat(vectors.dim()).isEqualTo(OneHot.dim(Modality.PROTEIN)).isEqualTo(20);
    float[] values = copy(vectors);
    for (int i = 0; i < values.length; i++) {
      assertThat(values[i]).isEqualTo(i == 0 || i == 39 ? 1 : 0);
    }
  }

  @Test
  void aNetworkLearnsFromLettersAlone() {
    SortedMap<Modality, Integer> dims =
        new TreeMap<>(Map.of(Modality.RNA, OneHot.dim(Modality.RNA)));
    FusionSettings settings = new NetworkShape().fusion(Fusion.NONE).textCnn(8, 1, 2).build();
    ComputationGraph network =
        new ComputationGraph(
            FusionNetwork.configuration(
                settings, dims, Target.REGRESSION, Optimizer.adam(0.01), 3));
    network.init();
    Random random = new Random(6);
    List<Example> examples = new ArrayList<>();
    for (int row = 0; row < 40; row++) {
      String filler = "GCU".repeat(1 + random.nextInt(9));
      boolean marked = row % 2 == 0;
      String sequence = "AUG" + filler + (marked ? "UUA" : "CUG") + filler;
      examples.add(
          new Example(
              row,
              marked ? 1 : -1,
              new TreeMap<>(Map.of(Modality.RNA, OneHot.of(Modality.RNA, sequence)))));
    }
    LabelScaling scaling = new LabelScaling(0, 1);
    MultiDataSet batch =
        new BatchAssembler(settings, dims, Target.REGRESSION, scaling, 1).assemble(examples, 1);
    for (int step = 0; step < 60; step++) {
      network.fit(batch);
    }
    Prediction[] predictions = Prediction.of(network, batch, scaling);
    for (int row = 0; row < predictions.length; row++) {
      assertThat(predictions[row].value() * examples.get(row).label()).isPositive();
      assertThat(predictions[row].attention()).isEmpty();
    }
  }

  private static float[] copy(CodonVectors vectors) {
    int size = (vectors.endCodon() - vectors.startCodon()) * vectors.dim();
    float[] target = new float[size + 2];
    target[0] = 7;
    target[size + 1] = 8;
    vectors.copyTo(target, 1);
    assertThat(target[0]).isEqualTo(7);
    assertThat(target[size + 1]).isEqualTo(8);
    return Arrays.copyOfRange(target, 1, size + 1);
  }
}
