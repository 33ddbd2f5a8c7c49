package io.codonloom.bench;

/** Measures something and prints it. */
public interface Benchmark {
  /** What it measures, in a line. */
  String what();

  /**
   * Runs the benchmark.
   *
   * @param workbench what there is to measure with
   * @param goals gets the ratios that the design has goals for
   */
  void run(Workbench workbench, Goals goals) throws Exception;
}
