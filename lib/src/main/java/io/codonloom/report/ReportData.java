package io.codonloom.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a report shows. What is absent is said to be absent on the page.
 *
 * @param workspace its root
 * @param dataset what was learned from
 * @param prepare what became of the input rows
 * @param stores one entry for each modality
 * @param run the training that is reported
 * @param control the same training on shuffled labels
 * @param provenance versions, machines and times, by name
 */
public record ReportData(
    String workspace,
    DatasetFacts dataset,
    Optional<PrepareFacts> prepare,
    List<StoreFacts> stores,
    RunFacts run,
    Optional<RunFacts> control,
    Map<String, String> provenance) {

  public ReportData {
    stores = List.copyOf(stores);
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
  }
}
