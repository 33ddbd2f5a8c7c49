package io.codonloom.report;

import io.codonloom.sequence.Modality;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of the input rows.
 *
 * @param rows input rows
 * @param accepted rows kept as labels
 * @param refused rows refused
 * @param reasons how many refused rows broke each rule; a row may break several
 * @param sequences distinct coding sequences among the accepted rows
 * @param inputs distinct encoder inputs of each modality
 * @param splits the named splits
 */
public record PrepareFacts(
    long rows,
    long accepted,
    long refused,
    Map<String, Long> reasons,
    long sequences,
    Map<Modality, Long> inputs,
    List<SplitFacts> splits) {

  public PrepareFacts {
    reasons = Collections.unmodifiableMap(new LinkedHashMap<>(reasons));
    Map<Modality, Long> ordered = new EnumMap<>(Modality.class);
    ordered.putAll(inputs);
    inputs = Collections.unmodifiableMap(ordered);
    splits = List.copyOf(splits);
  }

  boolean addsUp() {
    return rows == accepted + refused;
  }
}
