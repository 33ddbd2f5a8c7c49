package io.codonloom.job.embed;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.hash;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min_by;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;

import io.codonloom.encoding.EncoderSpec;
import io.codonloom.job.embed.PlannedShards.Shard;
import io.codonloom.store.ShardPlan;
import io.codonloom.workspace.TableColumns;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/**
 * How long shards take and how large they are, from a measurement on some inputs of each length
 * band.
 *
 * @param secondsPerCodon by band
 * @param bytesPerCodon in a shard's file
 */
record ShardPace(Map<Integer, Double> secondsPerCodon, double bytesPerCodon) {
  private static final String BAND = "band";

  /** How many inputs of a band are measured at most. */
  private static final int SAMPLES = 8;

  /**
   * Measures the encoder on some of the inputs that wait for it.
   *
   * @param waiting of {@link PlannedShards#inputs}
   * @param bands the work of each band
   * @param seconds the measurement takes, about
   * @param tasks that run side by side
   */
  static ShardPace measure(
      EncoderSpec spec,
      Dataset<Row> waiting,
      Map<Integer, Workload.One> bands,
      double seconds,
      int tasks) {
    double all = bands.values().stream().mapToDouble(Workload.One::flops).sum();
    List<PaceTrial.Sample> samples = new ArrayList<>();
    inputs(waiting)
        .forEach(
            (band, some) ->
                samples.add(new PaceTrial.Sample(band, bands.get(band).flops() / all, some)));
    samples.sort(Comparator.comparingDouble(PaceTrial.Sample::share).reversed());
    PaceTrial.Result measured =
        PaceTrial.run(waiting.sparkSession(), spec, samples, seconds, tasks);
    Map<Integer, Double> paces = new TreeMap<>();
    if (!measured.secondsPerCodon().isEmpty()) {
      bands.forEach((band, work) -> paces.put(band, pace(band, bands, measured.secondsPerCodon())));
    }
    return new ShardPace(paces, measured.bytesPerCodon());
  }

  /** As measured, or as fast as the next band in length for the same arithmetic. */
  private static double pace(
      int band, Map<Integer, Workload.One> bands, Map<Integer, Double> measured) {
    int next =
        measured.keySet().stream()
            .min(Comparator.comparingInt(other -> Math.abs(other - band)))
            .orElseThrow();
    return measured.get(next) * flopsPerCodon(bands.get(band)) / flopsPerCodon(bands.get(next));
  }

  private static double flopsPerCodon(Workload.One work) {
    return work.flops() / work.codons();
  }

  /** Some inputs of each band, the same ones every time. */
  private static Map<Integer, List<PaceTrial.Input>> inputs(Dataset<Row> waiting) {
    UDF1<Integer, Integer> band = ShardPlan::band;
    Map<Integer, List<PaceTrial.Input>> inputs = new TreeMap<>();
    for (Row row :
        waiting
            .groupBy(
                udf(band, DataTypes.IntegerType).apply(col(TableColumns.N_CODONS)).as(BAND),
                pmod(hash(col(TableColumns.KEY)), lit(SAMPLES)))
            .agg(
                min_by(
                    struct(TableColumns.KEY, TableColumns.SEQUENCE, TableColumns.N_CODONS),
                    col(TableColumns.KEY)))
            .collectAsList()) {
      Row input = row.getStruct(2);
      inputs
          .computeIfAbsent(row.getInt(0), b -> new ArrayList<>())
          .add(new PaceTrial.Input(input.getString(0), input.getString(1), input.getInt(2)));
    }
    return inputs;
  }

  /**
   * The time until the last shard is done, when a task that is free takes the next one.
   *
   * @param shards in the order in which they start
   * @return not a number if nothing could be measured
   */
  double seconds(List<Shard> shards, int tasks) {
    PriorityQueue<Double> ends = new PriorityQueue<>();
    double last = 0;
    for (Shard shard : shards) {
      double pace = secondsPerCodon.getOrDefault(ShardPlan.bandOf(shard.name()), Double.NaN);
      double start = ends.size() < tasks ? 0 : ends.poll();
      ends.add(start + shard.codons() * pace);
      last = Math.max(last, start + shard.codons() * pace);
    }
    return last;
  }
}
