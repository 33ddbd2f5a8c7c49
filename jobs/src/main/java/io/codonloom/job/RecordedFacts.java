package io.codonloom.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.codonloom.report.InputFacts;
import io.codonloom.report.PrepareFacts;
import io.codonloom.report.SplitFacts;
import io.codonloom.report.StoreFacts;
import io.codonloom.sequence.Modality;
import io.codonloom.table.Manifest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the stages' manifests say, in the terms of a report. A count that is not there is 0. */
final class RecordedFacts {
  private RecordedFacts() {}

  static PrepareFacts prepare(Manifest manifest) {
    JsonNode counts = manifest.counts();
    List<InputFacts> inputs = new ArrayList<>();
    for (Modality modality : Modality.values()) {
      JsonNode input = counts.path("modalities").path(modality.id());
      if (!input.isMissingNode()) {
        inputs.add(
            new InputFacts(
                modality,
                input.path("keys").asLong(),
                input.path("truncatedRows").asLong(),
                input.path("windowedRows").asLong()));
      }
    }
    List<SplitFacts> splits = new ArrayList<>();
    counts
        .path("splits")
        .fields()
        .forEachRemaining(split -> splits.add(split(split.getKey(), split.getValue())));
    return new PrepareFacts(
        counts.path("rows").asLong(),
        counts.path("accepted").asLong(),
        counts.path("refused").asLong(),
        numbers(counts.path("reasons")),
        numbers(counts.path("kept")),
        counts.path("sequencesGiven").asLong(),
        counts.path("sequencesAccepted").asLong(),
        inputs,
        splits);
  }

  private static SplitFacts split(String name, JsonNode counts) {
    List<SplitFacts.Part> parts = new ArrayList<>();
    counts
        .path("parts")
        .fields()
        .forEachRemaining(
            part ->
                parts.add(
                    new SplitFacts.Part(
                        part.getKey(),
                        part.getValue().path("rows").asLong(),
                        part.getValue().path("sequences").asLong(),
                        part.getValue().path("proteins").asLong(),
                        part.getValue().path("groups").asLong())));
    List<SplitFacts.Shared> shared = new ArrayList<>();
    counts
        .path("shared")
        .forEach(
            both ->
                shared.add(
                    new SplitFacts.Shared(
                        both.path("first").asText(),
                        both.path("second").asText(),
                        both.path("sequences").asLong(),
                        both.path("proteins").asLong(),
                        both.path("groups").asLong())));
    return new SplitFacts(name, parts, shared);
  }

  static List<StoreFacts> stores(Manifest manifest) {
    List<StoreFacts> stores = new ArrayList<>();
    for (Modality modality : Modality.values()) {
      JsonNode counts = manifest.counts().path(modality.id());
      if (counts.isMissingNode()) {
        continue;
      }
      stores.add(
          new StoreFacts(
              manifest.name(),
              modality,
              counts.path("checkpoint").asText(),
              counts.path("sha256").asText(),
              counts.path("inputs").asLong(-1),
              counts.path("codons").asLong(-1),
              counts.path("dim").asInt(-1),
              counts.path("bytes").asLong(-1)));
    }
    return stores;
  }

  /** Versions and machines of the training, and when each stage ran. */
  static Map<String, String> provenance(
      Optional<Manifest> prepared, Optional<Manifest> embedded, Optional<Manifest> trained) {
    Map<String, String> facts = new LinkedHashMap<>();
    trained.ifPresent(manifest -> facts.put("Codonloom", manifest.codeVersion()));
    prepared.ifPresent(manifest -> facts.put("Prepared", when(manifest)));
    embedded.ifPresent(manifest -> facts.put("Embedded", when(manifest)));
    trained.ifPresent(manifest -> facts.put("Trained", when(manifest)));
    trained.ifPresent(manifest -> facts.putAll(new TreeMap<>(manifest.environment())));
    return facts;
  }

  private static String when(Manifest manifest) {
    return manifest.started() + ", " + Progress.duration(manifest.seconds());
  }

  /** Dotted keys and values, lists on one line. */
  static Map<String, String> flat(JsonNode settings) {
    Map<String, String> flat = new TreeMap<>();
    flatten("", settings, flat);
    return flat;
  }

  private static void flatten(String path, JsonNode node, Map<String, String> flat) {
    if (node.isObject()) {
      node.fields()
          .forEachRemaining(
              field ->
                  flatten(
                      path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                      field.getValue(),
                      flat));
    } else if (node.isArray()) {
      List<String> elements = new ArrayList<>();
      node.forEach(
          element -> elements.add(element.isValueNode() ? element.asText() : element.toString()));
      flat.put(path, String.join(", ", elements));
    } else if (!node.isNull()) {
      flat.put(path, node.asText());
    }
  }

  private static Map<String, Long> numbers(JsonNode object) {
    Map<String, Long> numbers = new LinkedHashMap<>();
    object
        .fields()
        .forEachRemaining(field -> numbers.put(field.getKey(), field.getValue().asLong()));
    return numbers;
  }
}
