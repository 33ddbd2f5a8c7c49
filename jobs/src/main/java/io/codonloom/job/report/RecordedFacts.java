package io.codonloom.job.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.codonloom.UserException;
import io.codonloom.config.LabelOrigin;
import io.codonloom.job.Progress;
import io.codonloom.job.prepare.PrepareCounts;
import io.codonloom.report.DatasetFacts;
import io.codonloom.report.InputFacts;
import io.codonloom.report.PrepareFacts;
import io.codonloom.report.SplitFacts;
import io.codonloom.report.StoreFacts;
import io.codonloom.sequence.Modality;
import io.codonloom.workspace.Manifest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the stages' manifests say, in the terms of a report. A count that is not there is 0. */
final class RecordedFacts {

  private RecordedFacts() {}

  /** What was prepared, if the manifest says so. */
  static Optional<DatasetFacts> dataset(Manifest prepared) {
    JsonNode dataset = prepared.settings().path("dataset");
    if (!dataset.isObject()) {
      return Optional.empty();
    }
    List<String> classes = new ArrayList<>();
    dataset.path("classes").forEach(name -> classes.add(name.asText()));
    return Optional.of(
        new DatasetFacts(
            prepared.name(),
            inputs(dataset.path("input")),
            dataset.path("labelName").asText(),
            dataset.path("labelOrigin").asText().equals(LabelOrigin.COMPUTED.name()),
            classes));
  }

  /** One, or several; older versions knew one only. */
  private static String inputs(JsonNode input) {
    List<String> paths = new ArrayList<>();
    input.forEach(path -> paths.add(path.asText()));
    return input.isArray() ? String.join(", ", paths) : input.asText();
  }

  static PrepareFacts prepare(Manifest manifest) {
    PrepareCounts counts = prepareCounts(manifest);
    List<InputFacts> inputs = new ArrayList<>();
    counts
        .modalities()
        .forEach(
            (modality, of) ->
                inputs.add(
                    new InputFacts(
                        Modality.of(modality), of.keys(), of.truncatedRows(), of.windowedRows())));
    List<SplitFacts> splits = new ArrayList<>();
    counts.splits().forEach((name, of) -> splits.add(split(name, of)));
    return new PrepareFacts(
        counts.rows(),
        counts.accepted(),
        counts.refused(),
        counts.reasons(),
        counts.kept(),
        counts.sequencesGiven(),
        counts.sequencesAccepted(),
        inputs,
        splits);
  }

  private static PrepareCounts prepareCounts(Manifest manifest) {
    try {
      return Manifest.JSON.treeToValue(manifest.counts(), PrepareCounts.class);
    } catch (JsonProcessingException e) {
      throw new UserException(
          "the manifest of dataset "
              + manifest.name()
              + " is of another version: "
              + e.getOriginalMessage()
              + "; prepare the dataset again",
          e);
    }
  }

  private static SplitFacts split(String name, PrepareCounts.OfSplit counts) {
    List<SplitFacts.Part> parts = new ArrayList<>();
    counts
        .parts()
        .forEach(
            (part, of) ->
                parts.add(
                    new SplitFacts.Part(
                        part, of.rows(), of.sequences(), of.proteins(), of.groups())));
    List<SplitFacts.Shared> shared =
        counts.shared().stream()
            .map(
                both ->
                    new SplitFacts.Shared(
                        both.first(),
                        both.second(),
                        both.sequences(),
                        both.proteins(),
                        both.groups()))
            .toList();
    return new SplitFacts(name, parts, shared);
  }

  /**
   * @param identity the store's {@code _store.json}: modality → field → value
   * @param bytes on disk by modality
   */
  static List<StoreFacts> stores(
      Manifest manifest, Map<String, Map<String, String>> identity, Map<Modality, Long> bytes) {
    List<StoreFacts> stores = new ArrayList<>();
    for (Modality modality : Modality.values()) {
      JsonNode counts = manifest.counts().path(modality.id());
      if (counts.isMissingNode()) {
        continue;
      }
      Map<String, String> fields = identity.getOrDefault(modality.id(), Map.of());
      String checkpoint =
          manifest.settings().path("encoders").path(modality.id()).path("checkpoint").asText();
      String output = fields.getOrDefault("output", "");
      stores.add(
          new StoreFacts(
              manifest.name(),
              modality,
              lastName(checkpoint),
              fields.getOrDefault("weights", ""),
              output.equals("hidden") ? "layer " + fields.getOrDefault("layer", "?") : output,
              fields.getOrDefault("dtype", ""),
              counts.path("inputs").asLong(-1),
              counts.path("codons").asLong(-1),
              bytes.getOrDefault(modality, -1L)));
    }
    return stores;
  }

  private static String lastName(String path) {
    String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    return trimmed.substring(trimmed.lastIndexOf('/') + 1);
  }

  /** Versions and machines of the training, and when each stage ran. */
  static Map<String, String> provenance(
      Optional<Manifest> prepared, Optional<Manifest> embedded, Optional<Manifest> trained) {
    Map<String, String> facts = new LinkedHashMap<>();
    trained.ifPresent(manifest -> facts.put("Codonloom", manifest.codeVersion()));
    prepared.ifPresent(
        manifest -> facts.put("Prepared", when(manifest) + ifAnew(manifest, trained)));
    embedded.ifPresent(manifest -> facts.put("Embedded", when(manifest)));
    trained.ifPresent(manifest -> facts.put("Trained", when(manifest)));
    trained.ifPresent(
        manifest -> manifest.environment().forEach((name, value) -> facts.put(title(name), value)));
    return facts;
  }

  /** Says so where the rows may be others than those of the training. */
  private static String ifAnew(Manifest prepared, Optional<Manifest> trained) {
    return trained
        .map(manifest -> manifest.fingerprints().get("prepare"))
        .filter(then -> !then.equals(prepared.fingerprint()))
        .map(then -> "; since the training anew, with other settings or another input")
        .orElse("");
  }

  private static String title(String name) {
    return switch (name) {
      case "java" -> "Java";
      case "master" -> "Spark master";
      case "os" -> "Operating system";
      case "processors" -> "Processors";
      case "spark" -> "Spark";
      default -> name;
    };
  }

  private static String when(Manifest manifest) {
    return manifest.started() + ", " + Progress.duration(manifest.seconds());
  }
}
