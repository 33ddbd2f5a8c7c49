package io.codonloom.job.embed;

import io.codonloom.embedding.Windows;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.store.ShardPlan;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The tokens and the arithmetic of inputs of which only the lengths are known. */
final class Workload {
  private final Checkpoint checkpoint;
  private final Windows windows;
  private final SortedMap<Integer, Long> lengths;

  /**
   * @param lengths how many inputs have so many codons; at least one
   */
  Workload(Checkpoint checkpoint, Windows windows, SortedMap<Integer, Long> lengths) {
    this.checkpoint = checkpoint;
    this.windows = windows;
    this.lengths = lengths;
  }

  /** The estimate's counts. */
  EmbedEstimate.Todo counts(int shards, double bytesPerCodon, double seconds) {
    SortedMap<Long, Long> tokens = new TreeMap<>();
    long inputs = 0;
    long windowed = 0;
    for (Map.Entry<Integer, Long> length : lengths.entrySet()) {
      long count = length.getValue();
      inputs += count;
      windowed += length.getKey() > window() ? count : 0;
      // Not in the order of the codons: a codon without partner takes three tokens of DNA.
      tokens.merge(of(length.getKey()).tokens(), count, Long::sum);
    }
    One all = bands().values().stream().reduce(new One(0, 0, 0), One::plus);
    return new EmbedEstimate.Todo(
        inputs,
        windowed,
        all.codons(),
        shards,
        Math.round(all.codons() * bytesPerCodon),
        all.tokens(),
        tokens.firstKey(),
        median(tokens, inputs),
        tokens.lastKey(),
        all.flops(),
        seconds);
  }

  /** The value in the middle. */
  private static long median(SortedMap<Long, Long> counts, long all) {
    long before = 0;
    for (Map.Entry<Long, Long> value : counts.entrySet()) {
      before += value.getValue();
      if (2 * before >= all) {
        return value.getKey();
      }
    }
    throw new IllegalStateException("no inputs");
  }

  /** What the encoder does with one input, or with all of a band. */
  record One(long codons, long tokens, double flops) {
    private One times(long count) {
      return new One(count * codons, count * tokens, count * flops);
    }

    private One plus(One other) {
      return new One(codons + other.codons, tokens + other.tokens, flops + other.flops);
    }
  }

  /** The work of each length band. */
  Map<Integer, One> bands() {
    Map<Integer, One> bands = new TreeMap<>();
    lengths.forEach(
        (codons, count) -> bands.merge(ShardPlan.band(codons), of(codons).times(count), One::plus));
    return bands;
  }

  /** An input without N, in as many windows as it takes. */
  private One of(int codons) {
    One all = new One(codons, 0, 0);
    int step = Math.max(1, window() - windows.overlapCodons());
    for (int start = 0; start == 0 || start + window() < codons + step; start += step) {
      int tokens = checkpoint.tokens(Math.min(codons - start, window()));
      all = all.plus(new One(0, tokens, checkpoint.flops(tokens)));
    }
    return all;
  }

  private int window() {
    int most = checkpoint.maxCodons();
    return windows.allowed() && windows.maxCodons() > 0
        ? Math.min(windows.maxCodons(), most)
        : most;
  }
}
