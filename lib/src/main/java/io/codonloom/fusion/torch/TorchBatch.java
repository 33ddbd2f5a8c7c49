package io.codonloom.fusion.torch;

import io.codonloom.fusion.kernel.DropoutDraw;
import io.codonloom.sequence.Modality;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * What a Deeplearning4j network reads, for one in libtorch. On processors the numbers are not
 * copied: the data set must outlive the batch.
 *
 * @param modalities their vectors by their ids, in the network's order
 * @param draws each row's number for the dropout
 * @param labels {@code [batch, outputs]}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TorchBatch(Map<String, MaskedCodons> modalities, long[] draws, Tensor labels) {
  static TorchBatch of(MultiDataSet data, Collection<Modality> modalities, TensorOptions options) {
    Map<String, MaskedCodons> codons = new LinkedHashMap<>();
    for (Modality modality : modalities) {
      int m = codons.size();
      codons.put(
          modality.id(),
          new MaskedCodons(
              Tensors.of(data.getFeatures(m), options),
              mask(data.getFeatures(m), data.getFeaturesMaskArray(m))));
    }
    INDArray numbers = data.getFeatures(codons.size());
    long[] draws = new long[Math.toIntExact(numbers.size(0))];
    for (int row = 0; row < draws.length; row++) {
      draws[row] = DropoutDraw.of(numbers.getLong(row, 0), numbers.getLong(row, 1));
    }
    return new TorchBatch(codons, draws, Tensors.of(data.getLabels(0), options));
  }

  private static Mask mask(INDArray vectors, INDArray mask) {
    int batch = Math.toIntExact(vectors.size(0));
    int codons = Math.toIntExact(vectors.size(1));
    float[] flags = new float[batch * codons];
    if (mask == null) {
      Arrays.fill(flags, 1);
    } else {
      flags = mask.dup('c').data().asFloat();
    }
    return new Mask(flags, batch, codons);
  }
}
