package io.codonloom.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One named split of the accepted rows.
 *
 * @param name of the split
 * @param parts rows in each part
 * @param shared what parts have in common, by a name such as {@code sequences of train and test}
 */
public record SplitFacts(String name, Map<String, Long> parts, Map<String, Long> shared) {

  public SplitFacts {
    parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
    shared = Collections.unmodifiableMap(new LinkedHashMap<>(shared));
  }
}
