package io.codonloom.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Percentile intervals from resampled {@link Units} (Efron, 1979): each sample draws as many units
 * as there are, with all their rows. The intervals do not depend on the number of threads.
 *
 * @param samples how many resamplings
 * @param seed of the resampling
 * @param threads how many samples are drawn at a time; each takes 12 bytes a row
 */
public record Bootstrap(int samples, long seed, int threads) {
  private static final double LOW = 0.025;
  private static final double HIGH = 0.975;

  /**
   * Each metric with its 95 % interval. Samples in which a metric is not defined are left out;
   * where none is left, the metric itself is not defined, or there is one unit only, both ends are
   * NaN.
   *
   * @param predictions one or, of a classification, one for each class, row after row
   * @param units of the rows
   * @throws IllegalArgumentException if a label or prediction is not finite
   */
  public List<Score> scores(
      List<Metric> metrics, double[] labels, double[] predictions, Units units) {
    requireFinite("label", labels);
    requireFinite("prediction", predictions);
    double[] values = metrics.stream().mapToDouble(m -> m.of(labels, predictions)).toArray();
    double[][] sampled =
        units.count() < 2
            ? new double[metrics.size()][0]
            : sampled(
                metrics,
                Resampled.of(metrics, SortedRows.of(labels, predictions, units)),
                units.count());
    return IntStream.range(0, metrics.size())
        .mapToObj(
            m -> {
              double[] defined =
                  Double.isFinite(values[m])
                      ? Arrays.stream(sampled[m]).filter(Double::isFinite).sorted().toArray()
                      : new double[0];
              return new Score(
                  metrics.get(m).id(),
                  values[m],
                  percentile(defined, LOW),
                  percentile(defined, HIGH),
                  labels.length,
                  units.name(),
                  units.count());
            })
        .toList();
  }

  /** Each metric's value in each sample. */
  private double[][] sampled(List<Metric> metrics, List<Resampled> prepared, int units) {
    double[][] sampled = new double[metrics.size()][samples];
    long[] seeds = seeds();
    AtomicInteger next = new AtomicInteger();
    Callable<Void> work =
        () -> {
          int[] counts = new int[units];
          long[] scratch = new long[prepared.stream().mapToInt(Resampled::scratch).max().orElse(0)];
          Map<Metric, Double> values = new EnumMap<>(Metric.class);
          for (int s = next.getAndIncrement(); s < samples; s = next.getAndIncrement()) {
            draw(seeds[s], counts);
            for (Resampled some : prepared) {
              some.measure(counts, scratch, values);
            }
            for (int m = 0; m < sampled.length; m++) {
              sampled[m][s] = values.get(metrics.get(m));
            }
          }
          return null;
        };
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Void>> running = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        running.add(pool.submit(work));
      }
      for (Future<Void> one : running) {
        one.get();
      }
    } catch (InterruptedException e) {
      next.set(samples);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      pool.shutdown();
    }
    return sampled;
  }

  /** The seed of each sample. */
  long[] seeds() {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.range(0, samples).mapToLong(sample -> random.nextLong()).toArray();
  }

  /** Draws as many units as there are, with replacement, and counts how often each came. */
  static void draw(long seed, int[] counts) {
    SplittableRandom random = new SplittableRandom(seed);
    Arrays.fill(counts, 0);
    long range = 2L * counts.length;
    for (int i = 0; i < counts.length; i++) {
      // A fraction of 63 bits of the range; taking the remainder of a division takes longer.
      counts[(int) Math.multiplyHigh(random.nextLong() >>> 1, range)]++;
    }
  }

  private static void requireFinite(String what, double[] values) {
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("a " + what + " is " + value);
      }
    }
  }

  /** Linear between the two nearest order statistics. */
  static double percentile(double[] sorted, double share) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double position = share * (sorted.length - 1);
    int below = (int) Math.floor(position);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
