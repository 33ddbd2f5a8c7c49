package io.codonloom.report;

import io.codonloom.sequence.Modality;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/** What is kept of one part's predictions, however many there are. */
final class PartSummary {
  static final int SAMPLE = 2000;
  private static final int LARGEST = 8;

  private final int classes;
  private long rows;
  private final Moments absoluteErrors = new Moments();
  private final Map<Modality, Moments> attention = new EnumMap<>(Modality.class);
  private final long[][] confusion;
  // The rows whose ids hash lowest: the same whatever the order in which they come.
  private final PriorityQueue<Sampled> sample =
      new PriorityQueue<>(Comparator.comparing(Sampled::rank).reversed());
  private final PriorityQueue<PredictedRow> largest =
      new PriorityQueue<>(
          Comparator.comparingDouble((PredictedRow row) -> Math.abs(row.error()))
              .thenComparing(PredictedRow::rowId, Comparator.reverseOrder()));

  private record Sampled(long rank, PredictedRow row) {}

  PartSummary(int classes) {
    this.classes = classes;
    this.confusion = new long[classes][classes];
    for (Modality modality : Modality.values()) {
      attention.put(modality, new Moments());
    }
  }

  void add(PredictedRow row) {
    rows++;
    absoluteErrors.add(Math.abs(row.error()));
    for (Modality modality : Modality.values()) {
      attention.get(modality).add(row.attention(modality));
    }
    if (isClass(row.label()) && isClass(row.prediction())) {
      confusion[(int) row.label()][(int) row.prediction()]++;
    }
    offer(sample, new Sampled(rank(row.rowId()), row), SAMPLE);
    if (!Double.isNaN(row.error()) && row.error() != 0) {
      offer(largest, row, LARGEST);
    }
  }

  private boolean isClass(double value) {
    return value >= 0 && value < classes;
  }

  /** Keeps the greatest by the queue's order, whose head is the first to go. */
  private static <T> void offer(PriorityQueue<T> queue, T element, int size) {
    if (queue.size() < size) {
      queue.add(element);
    } else if (queue.comparator().compare(element, queue.peek()) > 0) {
      queue.poll();
      queue.add(element);
    }
  }

  /** FNV-1a with the finalizer of SplitMix64. */
  private static long rank(String id) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < id.length(); i++) {
      hash = (hash ^ id.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }

  long rows() {
    return rows;
  }

  double meanAbsoluteError() {
    return absoluteErrors.mean();
  }

  Moments attention(Modality modality) {
    return attention.get(modality);
  }

  /** Whether several modalities have weights: one alone has nothing to be weighed against. */
  boolean weighsModalities() {
    return attention.values().stream().filter(moments -> moments.count() > 0).count() > 1;
  }

  /** At most {@value #SAMPLE} rows, ordered by id. */
  List<PredictedRow> sample() {
    return sample.stream()
        .map(Sampled::row)
        .sorted(Comparator.comparing(PredictedRow::rowId))
        .toList();
  }

  /** The rows predicted worst, worst first. */
  List<PredictedRow> largestErrors() {
    List<PredictedRow> rows = new ArrayList<>(largest);
    rows.sort(largest.comparator().reversed());
    return rows;
  }

  /** How many rows of a class were predicted as another. */
  long confusion(int label, int prediction) {
    return confusion[label][prediction];
  }
}
