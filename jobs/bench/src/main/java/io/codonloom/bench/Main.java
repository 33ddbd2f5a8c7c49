package io.codonloom.bench;

import io.codonloom.encoder.EncoderBenchmark;
import io.codonloom.encoder.Int8Benchmark;
import io.codonloom.encoder.PyTorchBenchmark;
import io.codonloom.fusion.StepBenchmark;
import io.codonloom.job.prepare.PrepareBenchmark;
import io.codonloom.job.train.AveragingBenchmark;
import io.codonloom.job.train.LoaderBenchmark;
import io.codonloom.metric.BootstrapBenchmark;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs the named benchmarks, each in this JVM, and shows their ratios beside the goals. */
public final class Main {
  private Main() {}

  /**
   * Runs benchmarks.
   *
   * @param arguments their names, divided by commas
   */
  public static void main(String[] arguments) throws Exception {
    Map<String, Benchmark> all = new LinkedHashMap<>();
    all.put("encoder", new EncoderBenchmark());
    all.put("embed", new EmbedBenchmark());
    all.put("prepare", new PrepareBenchmark());
    all.put("store", new StoreBenchmark());
    all.put("int8", new Int8Benchmark());
    all.put("pytorch", new PyTorchBenchmark());
    all.put("loader", new LoaderBenchmark());
    all.put("step", new StepBenchmark());
    all.put("averaging", new AveragingBenchmark());
    all.put("bootstrap", new BootstrapBenchmark());
    List<String> names = List.of(arguments[0].split(",", -1));
    if (!all.keySet().containsAll(names)) {
      System.err.println("benchmarks are " + String.join(", ", all.keySet()));
      System.exit(1);
    }
    Workbench workbench = Workbench.open();
    Goals goals = new Goals();
    for (String name : names) {
      System.out.println("\n" + name + ": " + all.get(name).what());
      all.get(name).run(workbench, goals);
    }
    System.out.println("\nratios and goals\n" + goals.table());
    System.exit(0);
  }
}
