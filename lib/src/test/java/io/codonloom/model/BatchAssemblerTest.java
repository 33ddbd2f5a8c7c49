package io.codonloom.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.embedding.CodonVectors;
import io.codonloom.embedding.Dtype;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.Target;
import io.codonloom.sequence.Modality;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.MultiDataSet;

class BatchAssemblerTest {
  private static final SortedMap<Modality, Integer> DIMS =
      new TreeMap<>(Map.of(Modality.DNA, 2, Modality.RNA, 1));
  private static final BatchAssembler ASSEMBLER =
      new BatchAssembler(
          FusionSettings.paper(), DIMS, Target.REGRESSION, new LabelScaling(1, 2), 5);

  @Test
  void laysVectorsCodonByCodonAndMarksWhatEachModalityCovers() {
    Example longer = example(4, 5, vectors(0, 3, 2), vectors(0, 2, 1));
    Example shorter = example(9, 1, vectors(0, 1, 2), vectors(1, 2, 1));

    MultiDataSet batch = ASSEMBLER.assemble(List.of(longer, shorter), 1);

    assertThat(batch.getFeatures(0).shape()).containsExactly(2, 3, 2);
    assertThat(batch.getFeatures(0).ravel().toFloatVector())
        .containsExactly(1, 2, 3, 4, 5, 6, 1, 2, 0, 0, 0, 0);
    assertThat(batch.getFeatures(1).ravel().toFloatVector()).containsExactly(1, 2, 0, 0, 1, 0);
    assertThat(batch.getFeaturesMaskArray(0).ravel().toFloatVector())
        .containsExactly(1, 1, 1, 1, 0, 0);
    assertThat(batch.getFeaturesMaskArray(1).ravel().toFloatVector())
        .containsExactly(1, 1, 0, 0, 1, 0);
    assertThat(batch.getLabels(0).ravel().toFloatVector()).containsExactly(2, 0);
    assertThat(batch.getLabels(1).shape()).containsExactly(2, 2);
  }

  @Test
  void aRowsDropoutDependsOnSeedEpochAndRowOnly() {
    Example four = example(4, 5, vectors(0, 3, 2), vectors(0, 2, 1));
    Example nine = example(9, 1, vectors(0, 1, 2), vectors(1, 2, 1));
    float[] draws = ASSEMBLER.assemble(List.of(four, nine), 3).getFeatures(2).toFloatMatrix()[1];
    assertThat(ASSEMBLER.assemble(List.of(nine), 3).getFeatures(2).toFloatMatrix()[0])
        .isEqualTo(draws);
    assertThat(ASSEMBLER.assemble(List.of(nine), 4).getFeatures(2).toFloatMatrix()[0])
        .isNotEqualTo(draws);
  }

  private static Example example(int row, double label, CodonVectors dna, CodonVectors rna) {
    return new Example(row, label, new TreeMap<>(Map.of(Modality.DNA, dna, Modality.RNA, rna)));
  }

  private static CodonVectors vectors(int start, int end, int dim) {
    float[] values = new float[(end - start) * dim];
    for (int i = 0; i < values.length; i++) {
      values[i] = i + 1;
    }
    return CodonVectors.of(CodonEmbedding.of("k", start, end, dim, Dtype.FP32, values));
  }
}
