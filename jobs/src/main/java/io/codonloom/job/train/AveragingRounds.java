package io.codonloom.job.train;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/** Divides an epoch's batches into rounds, after each of which the workers are averaged. */
final class AveragingRounds {
  private AveragingRounds() {}

  /**
   * Rounds in which every worker gets the same number of batches: full ones, then the full batches
   * that are left, then an incomplete batch alone, since Deeplearning4j would fill it up with the
   * next one. Within a round the first worker's batches come first, and each worker gets about as
   * much to do as the others, since all wait for the slowest.
   *
   * @param work how much there is to do in a batch, in any unit
   */
  static List<List<BatchDescriptor>> of(
      List<BatchDescriptor> batches,
      int batchSize,
      int workers,
      int averagingFrequency,
      ToLongFunction<BatchDescriptor> work) {
    List<List<BatchDescriptor>> rounds = new ArrayList<>();
    int full = batches.size();
    if (full > 0 && batches.get(full - 1).rows().length < batchSize) {
      full--;
    }
    int start = 0;
    while (start < full) {
      int left = full - start;
      int round = Math.min(left, workers * averagingFrequency);
      if (round > workers) {
        round -= round % workers;
      }
      rounds.add(deal(batches.subList(start, start + round), Math.min(workers, round), work));
      start += round;
    }
    if (full < batches.size()) {
      rounds.add(batches.subList(full, batches.size()));
    }
    return rounds;
  }

  /** The largest batch first, to whoever has least to do and not yet all its batches. */
  private static List<BatchDescriptor> deal(
      List<BatchDescriptor> round, int workers, ToLongFunction<BatchDescriptor> work) {
    List<BatchDescriptor> largestFirst = new ArrayList<>(round);
    largestFirst.sort(Comparator.comparingLong(work).reversed());
    List<List<BatchDescriptor>> dealt = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      dealt.add(new ArrayList<>());
    }
    for (BatchDescriptor batch : largestFirst) {
      dealt.stream()
          .filter(some -> some.size() < round.size() / workers)
          .min(Comparator.comparingLong(some -> some.stream().mapToLong(work).sum()))
          .orElseThrow()
          .add(batch);
    }
    return dealt.stream()
        .flatMap(some -> some.stream().sorted(Comparator.comparingInt(BatchDescriptor::number)))
        .toList();
  }
}
