package io.codonloom.config;

import java.util.List;
import java.util.Optional;

/** Settings of data sets that differ in little from the built-in defaults. */
public final class Datasets {
  private Datasets() {}

  /** One with one input, whose files and missing values are as the built-in defaults say. */
  public static Dataset of(
      String name,
      String input,
      InputFormat format,
      Columns columns,
      int geneticCode,
      String labelName,
      LabelOrigin origin,
      Task task,
      List<String> classes) {
    return new Dataset(
        name,
        List.of(input),
        format,
        Optional.empty(),
        columns,
        geneticCode,
        labelName,
        origin,
        task,
        classes,
        TextLayout.DEFAULT.encoding(),
        TextLayout.DEFAULT.separator(),
        TextLayout.DEFAULT.comment(),
        ".",
        TextLayout.DEFAULT.cdsInHeader(),
        TextLayout.DEFAULT.stripIdVersion(),
        Dataset.MISSING);
  }

  /** The columns id and sequence, a label, perhaps a group, and covariates. */
  public static Columns columns(String label, Optional<String> group, List<String> covariates) {
    return new Columns(
        List.of("id"),
        "sequence",
        label,
        Optional.empty(),
        group,
        Optional.empty(),
        Optional.empty(),
        covariates,
        Optional.empty(),
        Optional.empty());
  }
}
