package io.codonloom.model;

import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.embedding.CodonVectors;
import io.codonloom.embedding.Dtype;
import io.codonloom.fusion.FusionNetwork;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.NetworkShape;
import io.codonloom.fusion.Optimizer;
import io.codonloom.fusion.Target;
import io.codonloom.sequence.Modality;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.MultiDataSet;

/** A network of two modalities, and batches for it. */
public final class SmallNetwork {
  static final SortedMap<Modality, Integer> DIMS =
      new TreeMap<>(Map.of(Modality.DNA, 5, Modality.PROTEIN, 3));
  static final LabelScaling SCALING = new LabelScaling(10, 2);
  static final FusionSettings SETTINGS =
      new NetworkShape().width(6).gateUnits(4).textCnn(3, 3, 5).dropout(0.2).build();

  private SmallNetwork() {}

  public static ComputationGraph create() {
    ComputationGraph network =
        new ComputationGraph(
            FusionNetwork.configuration(
                SETTINGS, DIMS, Target.REGRESSION, Optimizer.adam(0.01), 4));
    network.init();
    return network;
  }

  /** Four rows of 3 to 6 codons. */
  public static MultiDataSet batch(long seed) {
    Random random = new Random(seed);
    List<Example> examples = new ArrayList<>();
    for (int row = 0; row < 4; row++) {
      SortedMap<Modality, CodonVectors> vectors = new TreeMap<>();
      int codons = 3 + row;
      DIMS.forEach(
          (modality, dim) -> {
            float[] values = new float[codons * dim];
            for (int i = 0; i < values.length; i++) {
              values[i] = (float) random.nextGaussian();
            }
            vectors.put(
                modality,
                CodonVectors.of(CodonEmbedding.of("k", 0, codons, dim, Dtype.FP16, values)));
          });
      examples.add(new Example(row, 8 + row, vectors));
    }
    return new BatchAssembler(SETTINGS, DIMS, Target.REGRESSION, SCALING, 1).assemble(examples, 1);
  }
}
