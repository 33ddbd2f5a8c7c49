package io.codonloom.model;

import io.codonloom.embedding.CodonVectors;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.Target;
import io.codonloom.fusion.kernel.DropoutDraw;
import io.codonloom.sequence.Modality;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * From examples to the arrays that a {@link io.codonloom.fusion.FusionNetwork} reads: for each
 * modality vectors {@code [batch, codons, dim]} with their mask, then the dropout's numbers; as
 * labels the scaled label {@code [batch, 1]} or a 1 in the column of its class {@code [batch,
 * classes]}, and zeros for the attention weights where the network has them.
 */
public final class BatchAssembler {
  private final FusionSettings network;
  private final SortedMap<Modality, Integer> dims;
  private final Target target;
  private final LabelScaling scaling;
  private final long seed;

  /**
   * @param dims the network's modalities
   * @param scaling of labels that are numbers; classes are not scaled
   * @param seed of the dropout
   */
  public BatchAssembler(
      FusionSettings network,
      SortedMap<Modality, Integer> dims,
      Target target,
      LabelScaling scaling,
      long seed) {
    this.network = network;
    this.dims = dims;
    this.target = target;
    this.scaling = scaling;
    this.seed = seed;
  }

  /**
   * One batch, as long as its longest example.
   *
   * @param epoch counted from 1; 0 where nothing is dropped
   */
  public MultiDataSet assemble(List<Example> examples, int epoch) {
    int batch = examples.size();
    int codons = examples.stream().mapToInt(Example::codons).max().orElseThrow();
    INDArray[] features = new INDArray[dims.size() + 1];
    INDArray[] masks = new INDArray[dims.size() + 1];
    int input = 0;
    for (Map.Entry<Modality, Integer> entry : dims.entrySet()) {
      INDArray vectors = array(batch, codons, entry.getValue());
      INDArray mask = array(batch, codons);
      fill(examples, entry.getKey(), codons, entry.getValue(), vectors, mask);
      features[input] = vectors;
      masks[input++] = mask;
    }
    features[input] = array(batch, 2);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, batch, target.outputs());
    for (int i = 0; i < batch; i++) {
      Example example = examples.get(i);
      features[input]
          .data()
          .asNioFloat()
          .put(2 * i, DropoutDraw.inputs(seed, epoch, example.row()));
      if (target.regression()) {
        labels.putScalar(i, 0, scaling.scale(example.label()));
      } else if (!Double.isNaN(example.label())) {
        labels.putScalar(i, (int) example.label(), 1);
      }
    }
    INDArray[] all =
        network.weighsModalities()
            ? new INDArray[] {labels, Nd4j.zeros(DataType.FLOAT, batch, dims.size())}
            : new INDArray[] {labels};
    return new MultiDataSet(features, all, masks, null);
  }

  private static void fill(
      List<Example> examples,
      Modality modality,
      int codons,
      int dim,
      INDArray vectors,
      INDArray mask) {
    FloatBuffer allVectors = vectors.data().asNioFloat();
    FloatBuffer allMasks = mask.data().asNioFloat();
    // One example at a time through the heap: the whole batch may have hundreds of megabytes.
    float[] values = new float[codons * dim];
    float[] present = new float[codons];
    for (int i = 0; i < examples.size(); i++) {
      CodonVectors source = examples.get(i).vectors().get(modality);
      if (source.dim() != dim) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s vectors of row %d have %d numbers, not %d",
                modality.id(),
                examples.get(i).row(),
                source.dim(),
                dim));
      }
      Arrays.fill(values, 0, source.startCodon() * dim, 0);
      source.copyTo(values, source.startCodon() * dim);
      Arrays.fill(values, source.endCodon() * dim, values.length, 0);
      Arrays.fill(present, 0);
      Arrays.fill(present, source.startCodon(), source.endCodon(), 1);
      allVectors.put(i * values.length, values);
      allMasks.put(i * codons, present);
    }
  }

  private static INDArray array(long... shape) {
    return Nd4j.createUninitialized(DataType.FLOAT, shape, 'c');
  }
}
