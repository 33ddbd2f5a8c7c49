package io.codonloom.job.train;

import io.codonloom.encoder.FieldDifference;
import io.codonloom.workspace.FlatSettings;
import io.codonloom.workspace.Manifest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The settings of a training that its parameters depend on. */
final class RunSettings {
  /** The name, how many samples its intervals are drawn of, and what is trained beside it. */
  private static final List<String> OTHERS =
      List.of("training.run", "training.bootstrap-samples", "training.shuffled-control");

  private RunSettings() {}

  /**
   * As flat keys and values.
   *
   * @param settings of the run's manifest
   */
  static Map<String, String> of(Object settings) {
    Map<String, String> flat = FlatSettings.of(Manifest.JSON.valueToTree(settings));
    flat.keySet().removeAll(OTHERS);
    return flat;
  }

  /** In what a finished run's settings differ from these, for people. */
  static Optional<String> difference(Manifest former, Object settings) {
    String difference = FieldDifference.of(of(former.settings()), of(settings));
    return difference.isEmpty()
        ? Optional.empty()
        : Optional.of(difference.replace("training.", "train.").replace("network.", "model."));
  }
}
