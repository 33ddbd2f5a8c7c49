package io.codonloom.fusion;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.fusion.kernel.DropoutDraw;
import io.codonloom.fusion.kernel.Matrices;
import io.codonloom.sequence.Modality;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Random examples of given lengths in each modality. */
public final class Examples {
  static final SortedMap<Modality, Integer> DIMS =
      new TreeMap<>(Map.of(Modality.DNA, 3, Modality.RNA, 2, Modality.PROTEIN, 2));

  private Examples() {}

  /**
   * One batch, padded to its longest modality.
   *
   * @param lengths for each example the codons of DNA, RNA and protein
   * @param padding codons beyond the longest
   */
  public static MultiDataSet batch(
      TestNetworks network, DataType type, int[][] lengths, int padding, long seed) {
    int codons = Arrays.stream(lengths).flatMapToInt(Arrays::stream).max().orElseThrow() + padding;
    List<INDArray> features = new ArrayList<>();
    List<INDArray> masks = new ArrayList<>();
    INDArray labels = Nd4j.create(type, lengths.length, network.target().outputs());
    INDArray draws = Nd4j.create(type, lengths.length, 2);
    for (Modality modality : network.dims().keySet()) {
      int m = index(modality);
      int dim = network.dims().get(modality);
      INDArray x = Nd4j.create(type, lengths.length, codons, dim);
      INDArray mask = Nd4j.create(type, lengths.length, codons);
      for (int i = 0; i < lengths.length; i++) {
        // What an example holds depends on its number only, not on the batch around it.
        Random random = new Random(seed * 1000 + i * 10L + m);
        for (int c = 0; c < lengths[i][m]; c++) {
          mask.putScalar(i, c, 1);
          for (int d = 0; d < dim; d++) {
            x.putScalar(new int[] {i, c, d}, random.nextGaussian());
          }
        }
      }
      features.add(x);
      masks.add(mask);
    }
    for (int i = 0; i < lengths.length; i++) {
      if (network.target().regression()) {
        labels.putScalar(i, 0, new Random(seed + i).nextGaussian());
      } else {
        labels.putScalar(i, i % network.target().classes(), 1);
      }
      float[] draw = DropoutDraw.inputs(seed, 1, i);
      draws.putScalar(i, 0, draw[0]).putScalar(i, 1, draw[1]);
    }
    features.add(draws);
    masks.add(null);
    return new MultiDataSet(
        features.toArray(INDArray[]::new),
        network.settings().weighsModalities()
            ? new INDArray[] {labels, Nd4j.create(type, lengths.length, network.dims().size())}
            : new INDArray[] {labels},
        masks.toArray(INDArray[]::new),
        null);
  }

  /** A modality's place in an example's lengths. */
  static int index(Modality modality) {
    return List.copyOf(DIMS.keySet()).indexOf(modality);
  }

  /** One example of a batch, cut to so many codons. */
  static MultiDataSet alone(MultiDataSet batch, int index, int codons) {
    INDArray[] features = batch.getFeatures().clone();
    INDArray[] masks = batch.getFeaturesMaskArrays().clone();
    for (int m = 0; m < features.length; m++) {
      if (masks[m] == null) {
        features[m] = row(features[m], index);
      } else {
        features[m] =
            features[m]
                .get(
                    NDArrayIndex.interval(index, index + 1),
                    NDArrayIndex.interval(0, codons),
                    NDArrayIndex.all())
                .dup('c');
        masks[m] =
            masks[m]
                .get(NDArrayIndex.interval(index, index + 1), NDArrayIndex.interval(0, codons))
                .dup('c');
      }
    }
    INDArray[] labels =
        Arrays.stream(batch.getLabels()).map(array -> row(array, index)).toArray(INDArray[]::new);
    return new MultiDataSet(features, labels, masks, null);
  }

  private static INDArray row(INDArray matrix, int index) {
    return Matrices.rowRange(matrix, index, index + 1).dup('c');
  }

  /** The gradient of the summed loss, as one vector. */
  public static INDArray gradient(ComputationGraph network, MultiDataSet batch) {
    score(network, batch);
    INDArray gradient = network.gradient().gradient();
    return gradient.reshape(gradient.length()).dup();
  }

  /** The gradient of the summed loss with respect to each parameter, as vectors. */
  public static Map<String, INDArray> gradients(ComputationGraph network, MultiDataSet batch) {
    INDArray all = gradient(network, batch);
    Map<String, INDArray> gradients = new LinkedHashMap<>();
    for (Map.Entry<String, INDArray> entry : FusionNetwork.parameters(network).entrySet()) {
      // Layers need not lie in the vector in the order in which the network lists them.
      long at = entry.getValue().offset() - network.params().offset();
      long end = at + entry.getValue().length();
      gradients.put(entry.getKey(), all.get(NDArrayIndex.interval(at, end)).dup());
    }
    return gradients;
  }

  /** The largest magnitude of an array's numbers, which must all be finite. */
  public static double largest(INDArray array) {
    double[] values = array.dup('c').data().asDouble();
    assertThat(Arrays.stream(values)).allMatch(Double::isFinite);
    return Arrays.stream(values).map(Math::abs).max().orElseThrow();
  }

  /** The loss as training sees it, dropout on. */
  public static double score(ComputationGraph network, MultiDataSet batch) {
    network.setInputs(batch.getFeatures());
    network.setLabels(batch.getLabels());
    network.setLayerMaskArrays(batch.getFeaturesMaskArrays(), null);
    network.computeGradientAndScore();
    return network.score();
  }
}
