package io.codonloom.fusion.layer;

import io.codonloom.fusion.kernel.CodonMask;
import io.codonloom.fusion.kernel.Matrices;
import java.util.List;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The learned transposed convolution from 6-mers to codons (BioLangFusion, section 2.2: kernel 3,
 * stride 2, padding 2). Pair j of codons, a 6-mer's vector x_j, adds W_k·x_j to codon 2j + k for k
 * = 0, 1, 2, so that a codon sees its own 6-mer and, if it is the first of a pair, the one before.
 * That is the paper's layer over tokens with the special one in front, whose vector counts 0 here.
 *
 * <p>Input and output are {@code [batch, codons, dim]}. x_j is read back from the aligned codons as
 * the mean of those of the pair that are there: exact where a 6-mer covers both.
 */
public final class CodonUpsampling extends NativeLayer {
  private CodonUpsampling(int dim) {
    super(dim, dim);
  }

  /** Adds the layer behind the DNA's stored vectors. */
  public static Codons addTo(GraphBuilder graph, Codons dna) {
    String name = "upsampling-" + dna.vertex();
    graph.addLayer(name, new CodonUpsampling(dna.width()), dna.vertex());
    return Codons.learned(name, dna.width());
  }

  @Override
  public List<Parameter> parameters() {
    // Each codon gets one or two taps.
    long fans = 3 * getNIn() / 2 + getNOut();
    return List.of(
        Parameter.weight("tap0", getNIn(), getNOut(), fans),
        Parameter.weight("tap1", getNIn(), getNOut(), fans),
        Parameter.weight("tap2", getNIn(), getNOut(), fans),
        Parameter.constant("b", getNOut(), 0));
  }

  @Override
  NativeLayerImplementation<?> newLayer(NeuralNetConfiguration configuration, DataType type) {
    return new Implementation(configuration, type);
  }

  private static final class Implementation extends NativeLayerImplementation<CodonUpsampling> {
    Implementation(NeuralNetConfiguration configuration, DataType type) {
      super(configuration, type);
    }

    @Override
    INDArray forward(boolean training, LayerWorkspaceMgr workspaces) {
      INDArray pairs = pairs();
      INDArray before = shifted(pairs);
      long dim = pairs.size(1);
      INDArray both = Nd4j.createUninitialized(dataType, new long[] {pairs.size(0), 2 * dim}, 'c');
      INDArray first = Matrices.columnRange(both, 0, dim);
      Matrices.multiply(pairs, parameter("tap0"), first);
      Matrices.add(before, parameter("tap2"), first);
      Matrices.multiply(pairs, parameter("tap1"), Matrices.columnRange(both, dim, 2 * dim));

      INDArray output = newActivations(workspaces, input.shape());
      INDArray codons = both.reshape('c', input.size(0), pairCount() * 2, dim);
      for (long i = 0; i < input.size(0); i++) {
        Matrices.example(output, i)
            .assign(Matrices.rowRange(Matrices.example(codons, i), 0, input.size(1)));
      }
      INDArray rows = Matrices.rows(output);
      rows.addiRowVector(parameter("b"));
      CodonMask.clearOutside(rows, maskArray);
      return output;
    }

    @Override
    INDArray backward(INDArray epsilon, LayerWorkspaceMgr workspaces) {
      INDArray rows = Matrices.rows(epsilon);
      CodonMask.clearOutside(rows, maskArray);
      Matrices.sumRows(rows, gradientOf("b"));

      INDArray pairs = pairs();
      long dim = pairs.size(1);
      INDArray delta = even(rows.reshape('c', input.shape())).reshape('c', pairs.size(0), 2 * dim);
      INDArray first = Matrices.columnRange(delta, 0, dim);
      Matrices.multiplyTransposedFirst(pairs, first, gradientOf("tap0"));
      Matrices.multiplyTransposedFirst(
          pairs, Matrices.columnRange(delta, dim, 2 * dim), gradientOf("tap1"));
      Matrices.multiplyTransposedFirst(shifted(pairs), first, gradientOf("tap2"));
      return null;
    }

    private long pairCount() {
      return (input.size(1) + 1) / 2;
    }

    /** The 6-mers' vectors, {@code [batch × pairs, dim]}; 0 where neither codon is there. */
    private INDArray pairs() {
      long dim = input.size(2);
      long rows = input.size(0) * pairCount();
      INDArray codons = even(input).reshape('c', rows, 2 * dim);
      INDArray sums =
          Matrices.columnRange(codons, 0, dim).add(Matrices.columnRange(codons, dim, 2 * dim));
      INDArray mask =
          maskArray == null
              ? Nd4j.ones(dataType, input.size(0), input.size(1))
              : maskArray.castTo(dataType);
      INDArray counts =
          even(mask.reshape(mask.size(0), mask.size(1), 1)).reshape('c', rows, 2).sum(true, 1);
      return Matrices.rowMajor(sums.diviColumnVector(counts.addi(counts.eq(0).castTo(dataType))));
    }

    /** The vectors of the pairs before, 0 before an example's first. */
    private INDArray shifted(INDArray pairs) {
      INDArray before = Nd4j.create(dataType, pairs.shape(), 'c');
      for (long start = 0; start < pairs.size(0); start += pairCount()) {
        long end = start + pairCount();
        if (pairCount() > 1) {
          Matrices.rowRange(before, start + 1, end)
              .assign(Matrices.rowRange(pairs, start, end - 1));
        }
      }
      return before;
    }

    /** An array {@code [batch, codons, n]} with a codon of zeros added where their count is odd. */
    private INDArray even(INDArray array) {
      if (array.size(1) % 2 == 0) {
        return Matrices.rowMajor(array);
      }
      INDArray longer =
          Nd4j.create(dataType, new long[] {array.size(0), array.size(1) + 1, array.size(2)}, 'c');
      for (long i = 0; i < array.size(0); i++) {
        Matrices.rowRange(Matrices.example(longer, i), 0, array.size(1))
            .assign(Matrices.example(array, i));
      }
      return longer;
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArray(
        INDArray mask, MaskState state, int batch) {
      setMaskArray(mask);
      return new Pair<>(mask, state);
    }
  }
}
