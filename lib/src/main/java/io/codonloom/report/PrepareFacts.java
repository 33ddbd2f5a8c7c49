package io.codonloom.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of the input rows.
 *
 * @param rows input rows
 * @param accepted rows kept as labels
 * @param refused rows refused
 * @param reasons how many rows each rule refused; a row may break several
 * @param kept how many accepted rows break a rule by leave of its policy
 * @param sequencesGiven distinct sequences among all rows
 * @param sequencesAccepted distinct sequences among the accepted rows
 * @param inputs of the encoders
 * @param splits the named splits
 */
public record PrepareFacts(
    long rows,
    long accepted,
    long refused,
    Map<String, Long> reasons,
    Map<String, Long> kept,
    long sequencesGiven,
    long sequencesAccepted,
    List<InputFacts> inputs,
    List<SplitFacts> splits) {

  public PrepareFacts {
    reasons = Collections.unmodifiableMap(new LinkedHashMap<>(reasons));
    kept = Collections.unmodifiableMap(new LinkedHashMap<>(kept));
    inputs = List.copyOf(inputs);
    splits = List.copyOf(splits);
  }

  boolean addsUp() {
    return rows == accepted + refused;
  }
}
