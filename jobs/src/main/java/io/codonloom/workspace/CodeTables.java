package io.codonloom.workspace;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import io.codonloom.UserException;
import io.codonloom.sequence.GeneticCode;
import java.util.List;
import java.util.Optional;

/** Tells data that were prepared under a genetic code whose table has been corrected since. */
public final class CodeTables {
  /** The setting of a prepare manifest with the edition of the tables; the first wrote none. */
  public static final String EDITION = "codeTables";

  private CodeTables() {}

  /** What is wrong with a prepared dataset, if its codes were corrected since, or may have been. */
  public static Optional<String> outdated(Manifest prepared) {
    JsonNode dataset = prepared.settings().path("dataset");
    List<Integer> corrected =
        GeneticCode.correctedSince(prepared.settings().path(EDITION).asInt(1));
    if (corrected.contains(dataset.path("geneticCode").asInt(1))) {
      return Optional.of(
          "it was prepared under the former table of genetic code %s, which the NCBI has corrected"
              .formatted(GeneticCode.of(dataset.path("geneticCode").asInt())));
    }
    boolean byRow = dataset.path("columns").path("geneticCode").isTextual();
    return byRow && !corrected.isEmpty()
        ? Optional.of(
            "its rows name their genetic codes, and the NCBI has corrected the codes %s since"
                .formatted(corrected.stream().map(String::valueOf).collect(joining(", "))))
        : Optional.empty();
  }

  /**
   * Refuses them.
   *
   * @throws UserException if the dataset is to be prepared again
   */
  public static void requireCurrent(Manifest prepared) {
    outdated(prepared)
        .ifPresent(
            reason -> {
              throw new UserException(
                  "dataset %s: %s; run prepare again".formatted(prepared.name(), reason));
            });
  }
}
