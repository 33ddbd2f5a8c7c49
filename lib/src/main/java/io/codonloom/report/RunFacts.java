package io.codonloom.report;

import io.codonloom.metric.PartScores;
import io.codonloom.training.Epoch;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One training.
 *
 * @param id the run's name
 * @param settings what it was run with, by dotted key
 * @param history its epochs in order; empty where there is none
 * @param scores by part
 * @param predictions of the chosen model
 */
public record RunFacts(
    String id,
    Map<String, String> settings,
    List<Epoch> history,
    Map<String, PartScores> scores,
    PredictionSummary predictions) {

  public RunFacts {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    history = List.copyOf(history);
    scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
  }
}
