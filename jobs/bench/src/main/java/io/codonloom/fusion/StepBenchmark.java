package io.codonloom.fusion;

import io.codonloom.bench.Benchmark;
import io.codonloom.bench.Clock;
import io.codonloom.bench.Goals;
import io.codonloom.bench.PythonProcess;
import io.codonloom.bench.Workbench;
import io.codonloom.cli.TextTable;
import io.codonloom.fusion.FusionSettings.TextCnn;
import io.codonloom.fusion.kernel.Matrices;
import io.codonloom.sequence.Modality;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Training steps at the paper's widths: what share of the matrix product's own rate they reach on
 * the arithmetic that they need, and the same network in PyTorch. As {@code train} does it, each
 * processor is a worker with a batch of its own and one native thread; the matrix products run side
 * by side likewise. PyTorch has all processors for one batch.
 */
public final class StepBenchmark implements Benchmark {
  private static final SortedMap<Modality, Integer> DIMS =
      new TreeMap<>(Map.of(Modality.DNA, 512, Modality.RNA, 640, Modality.PROTEIN, 320));
  private static final int WIDTH = 600;
  private static final List<Integer> KERNELS = List.of(3, 4, 5);
  private static final int CODONS = 341;
  private static final int BATCH = 32;

  /** The product that the rate is taken of; its rows are eight genes'. */
  private static final int ROWS = 8 * 337;

  private static final int COLUMNS = 1280;
  private static final double PRODUCT = 2.0 * ROWS * WIDTH * COLUMNS;

  private record Shape(Fusion fusion, int channels) {
    String name() {
      return fusion.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String toString() {
      return name() + ", " + channels + " channels";
    }
  }

  private static final List<Shape> SHAPES =
      List.of(
          new Shape(Fusion.MIL, 100),
          new Shape(Fusion.MIL, 1280),
          new Shape(Fusion.CROSS_ATTENTION, 100));

  @Override
  public String what() {
    return "a training step beside the rate of ND4J's matrix product, and beside PyTorch";
  }

  @Override
  public void run(Workbench workbench, Goals goals) throws Exception {
    TextTable table = new TextTable();
    table.line(
        List.of(
            "network",
            "workers",
            "GFLOP",
            "step ms",
            "GFLOP/s",
            "sgemm GFLOP/s",
            "share",
            "PyTorch ms",
            "PyTorch / ours"));
    int before = Nd4j.factory().blas().getMaxThreads();
    ExecutorService pool = Executors.newFixedThreadPool(workbench.threads());
    try {
      setThreads(1);
      for (Shape shape : SHAPES) {
        table.line(line(shape, workbench, goals, pool));
      }
    } finally {
      pool.shutdown();
      setThreads(before);
    }
    System.out.println(table);
  }

  private static void setThreads(int threads) {
    Nd4j.factory().blas().setMaxThreads(threads);
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
  }

  private static List<String> line(
      Shape shape, Workbench workbench, Goals goals, ExecutorService pool) throws Exception {
    FusionSettings settings = settings(shape);
    int workers = workbench.threads();
    List<Callable<Void>> steps = new ArrayList<>();
    List<Callable<Void>> products = new ArrayList<>();
    long parameters = 0;
    for (int worker = 0; worker < workers; worker++) {
      ComputationGraph network =
          new ComputationGraph(
              FusionNetwork.configuration(
                  settings, DIMS, Target.REGRESSION, Optimizer.adam(1e-4), 1));
      network.init();
      parameters = network.params().length();
      MultiDataSet data = batch(settings);
      steps.add(
          () -> {
            network.fit(data);
            return null;
          });
      products.add(product());
    }
    all(pool, steps);
    double work = gigaflop(shape) * BATCH * workers;
    double step = Double.POSITIVE_INFINITY;
    double rate = 0;
    double torch = Double.POSITIVE_INFINITY;
    try (PythonProcess python =
        PythonProcess.isAvailable() ? python(shape, workbench, parameters) : null) {
      for (int round = 0; round < workbench.rounds(); round++) {
        rate = Math.max(rate, workers * PRODUCT / Clock.best(0.3, () -> all(pool, products)) / 1e9);
        step = Math.min(step, Clock.seconds(() -> all(pool, steps)));
        if (python != null) {
          torch = Math.min(torch, workers * python.ask("step").asDouble());
        }
      }
    }
    double share = work / step / rate;
    goals.atLeast("step %s / sgemm".formatted(shape), share, 0.5);
    boolean compared = Double.isFinite(torch);
    if (compared) {
      goals.atLeast("step %s / PyTorch".formatted(shape), torch / step, 1);
    }
    return List.of(
        shape.toString(),
        "" + workbench.threads(),
        number("%.0f", work),
        number("%.0f", 1000 * step),
        number("%.0f", work / step),
        number("%.0f", rate),
        number("%.2f", share),
        compared ? number("%.0f", 1000 * torch) : "",
        compared ? number("%.2f", torch / step) : "");
  }

  private static void all(ExecutorService pool, List<Callable<Void>> tasks) throws Exception {
    for (Future<Void> one : pool.invokeAll(tasks)) {
      one.get();
    }
  }

  private static PythonProcess python(Shape shape, Workbench workbench, long expected)
      throws IOException {
    PythonProcess python =
        PythonProcess.start(
            workbench, "pytorch_networks.py", Integer.toString(workbench.threads()));
    python.tell(
        Map.of(
            "fusion",
            shape.name(),
            "channels",
            shape.channels(),
            "dims",
            List.copyOf(DIMS.values()),
            "width",
            WIDTH,
            "codons",
            CODONS,
            "batch",
            BATCH));
    long parameters = python.answer().asLong();
    if (parameters != expected) {
      python.close();
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%s: %d parameters here and %d in PyTorch",
              shape,
              expected,
              parameters));
    }
    return python;
  }

  private static FusionSettings settings(Shape shape) {
    FusionSettings paper = FusionSettings.of(shape.fusion(), Head.TEXT_CNN);
    return new FusionSettings(
        List.of(),
        Features.EMBEDDINGS,
        DnaAlignment.STORED,
        shape.fusion(),
        WIDTH,
        paper.concat(),
        paper.mil(),
        paper.tokenAttention(),
        paper.crossAttention(),
        Head.TEXT_CNN,
        new TextCnn(shape.channels(), KERNELS, 0),
        paper.mlp(),
        paper.lstm(),
        paper.dropout());
  }

  private static MultiDataSet batch(FusionSettings settings) {
    List<INDArray> features = new ArrayList<>();
    List<INDArray> masks = new ArrayList<>();
    DIMS.values()
        .forEach(
            dim -> {
              features.add(Nd4j.randn(DataType.FLOAT, BATCH, CODONS, dim).muli(0.3));
              masks.add(Nd4j.ones(DataType.FLOAT, BATCH, CODONS));
            });
    features.add(Nd4j.ones(DataType.FLOAT, BATCH, 2));
    masks.add(null);
    INDArray label = Nd4j.randn(DataType.FLOAT, BATCH, 1);
    INDArray[] labels =
        settings.weighsModalities()
            ? new INDArray[] {label, Nd4j.zeros(DataType.FLOAT, BATCH, DIMS.size())}
            : new INDArray[] {label};
    return new MultiDataSet(
        features.toArray(INDArray[]::new), labels, masks.toArray(INDArray[]::new), null);
  }

  /**
   * What one example needs, forward and backward: a linear layer three products, or two where no
   * gradient goes further back; attention two forward and four backward; a convolution under a
   * maximum one, since backward one window of each channel counts.
   */
  private static double gigaflop(Shape shape) {
    double inputs = DIMS.values().stream().mapToInt(Integer::intValue).sum();
    double products = 2 * inputs * WIDTH;
    products += KERNELS.stream().mapToInt(k -> k).sum() * (double) shape.channels() * WIDTH;
    if (shape.fusion() == Fusion.CROSS_ATTENTION) {
      double square = (double) WIDTH * WIDTH;
      // Query and result of each modality, keys and values of all codons for each, and the last.
      products += 3 * (2 * 3 + 2 * 3 * 3 + 3) * square;
      products += 6 * 3 * 3 * (double) CODONS * WIDTH;
    }
    return 2 * CODONS * products / 1e9;
  }

  private static Callable<Void> product() {
    INDArray a = Nd4j.rand(DataType.FLOAT, ROWS, WIDTH);
    INDArray b = Nd4j.rand(DataType.FLOAT, WIDTH, COLUMNS);
    INDArray c = Nd4j.create(DataType.FLOAT, ROWS, COLUMNS);
    return () -> {
      Matrices.multiply(a, b, c);
      return null;
    };
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
