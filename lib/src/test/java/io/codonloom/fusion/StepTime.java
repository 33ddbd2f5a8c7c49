package io.codonloom.fusion;

import com.sun.management.OperatingSystemMXBean;
import io.codonloom.fusion.FusionSettings.CrossAttention;
import io.codonloom.fusion.FusionSettings.TextCnn;
import io.codonloom.sequence.Modality;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Prints what a training step takes of the published models' widths, and what share of the matrix
 * product's own rate that is on the arithmetic it needs: {@code StepTime mil 100 341 32} for
 * fusion, channels, codons and batch. The figures count the time of the processor and hold with one
 * thread also where others use the machine.
 */
public final class StepTime {
  private static final SortedMap<Modality, Integer> DIMS =
      new TreeMap<>(Map.of(Modality.DNA, 512, Modality.RNA, 640, Modality.PROTEIN, 320));
  private static final int WIDTH = 600;
  private static final List<Integer> KERNELS = List.of(3, 4, 5);
  private static final int STEPS = 2;

  private StepTime() {}

  public static void main(String[] arguments) {
    Fusion fusion = Fusion.valueOf(arguments[0].toUpperCase(Locale.ROOT).replace('-', '_'));
    int channels = Integer.parseInt(arguments[1]);
    int codons = Integer.parseInt(arguments[2]);
    int batch = Integer.parseInt(arguments[3]);
    FusionSettings settings = settings(fusion, channels);
    ComputationGraph network =
        new ComputationGraph(
            FusionNetwork.configuration(
                settings, DIMS, Target.REGRESSION, Optimizer.adam(1e-4), 1));
    network.init();
    MultiDataSet data = batch(settings, codons, batch);
    double products = rate();
    network.fit(data);
    long wall = System.nanoTime();
    double start = processorSeconds();
    for (int step = 0; step < STEPS; step++) {
      network.fit(data);
    }
    double seconds = (processorSeconds() - start) / STEPS;
    double work = gigaflop(fusion, channels, codons) * batch;
    System.out.printf(
        Locale.ROOT,
        "%s, %d channels, %d codons, batch %d: %.2f s a step (%.2f s on the clock), %.0f GFLOP, "
            + "%.1f GFLOP/s of %.1f: %.0f %%%n",
        fusion,
        channels,
        codons,
        batch,
        seconds,
        (System.nanoTime() - wall) / 1e9 / STEPS,
        work,
        work / seconds,
        products,
        100 * work / seconds / products);
  }

  private static FusionSettings settings(Fusion fusion, int channels) {
    FusionSettings paper = FusionSettings.of(fusion, Head.TEXT_CNN);
    return new FusionSettings(
        List.of(),
        Features.EMBEDDINGS,
        DnaAlignment.STORED,
        fusion,
        WIDTH,
        paper.concat(),
        paper.mil(),
        paper.tokenAttention(),
        new CrossAttention(4, 0.1),
        Head.TEXT_CNN,
        new TextCnn(channels, KERNELS, 0),
        paper.mlp(),
        paper.lstm(),
        0.2);
  }

  private static MultiDataSet batch(FusionSettings settings, int codons, int batch) {
    List<INDArray> features = new ArrayList<>();
    List<INDArray> masks = new ArrayList<>();
    DIMS.values()
        .forEach(
            dim -> {
              features.add(Nd4j.randn(DataType.FLOAT, batch, codons, dim).muli(0.3));
              masks.add(Nd4j.ones(DataType.FLOAT, batch, codons));
            });
    features.add(Nd4j.ones(DataType.FLOAT, batch, 2));
    masks.add(null);
    INDArray label = Nd4j.randn(DataType.FLOAT, batch, 1);
    INDArray[] labels =
        settings.weighsModalities()
            ? new INDArray[] {label, Nd4j.zeros(DataType.FLOAT, batch, DIMS.size())}
            : new INDArray[] {label};
    return new MultiDataSet(
        features.toArray(INDArray[]::new), labels, masks.toArray(INDArray[]::new), null);
  }

  /**
   * What one example needs, forward and backward: a linear layer three products, or two where no
   * gradient goes further back; attention two forward and four backward; a convolution under a
   * maximum one, since backward one window of each channel counts.
   */
  private static double gigaflop(Fusion fusion, int channels, double codons) {
    double inputs = DIMS.values().stream().mapToInt(Integer::intValue).sum();
    double products = 2 * inputs * WIDTH;
    products += KERNELS.stream().mapToInt(k -> k).sum() * (double) channels * WIDTH;
    if (fusion == Fusion.CROSS_ATTENTION) {
      double square = (double) WIDTH * WIDTH;
      // Query and result of each modality, keys and values of all codons for each, and the last.
      products += 3 * (2 * 3 + 2 * 3 * 3 + 3) * square;
      products += 6 * 3 * 3 * codons * WIDTH;
    }
    return 2 * codons * products / 1e9;
  }

  /** The matrix product's own rate in GFLOP/s. */
  private static double rate() {
    INDArray a = Nd4j.rand(DataType.FLOAT, 2696, WIDTH);
    INDArray b = Nd4j.rand(DataType.FLOAT, WIDTH, 1280);
    INDArray c = Nd4j.create(DataType.FLOAT, 2696, 1280);
    double best = Double.MAX_VALUE;
    for (int i = 0; i < 8; i++) {
      double start = processorSeconds();
      Matrices.multiply(a, b, c);
      best = Math.min(best, processorSeconds() - start);
    }
    return 2.0 * 2696 * WIDTH * 1280 / best / 1e9;
  }

  private static double processorSeconds() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e9;
  }
}
