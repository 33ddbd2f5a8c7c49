package io.codonloom.model;

import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.Target;
import io.codonloom.sequence.Modality;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;

/**
 * Everything about a model but its numbers: enough to build its network again and to know which
 * encoders it needs.
 *
 * @param format the version of the model file's layout
 * @param codeVersion the version of Codonloom that wrote it
 * @param labelName what it predicts, with its unit
 * @param classes the names of the classes in their order; none for a regression
 * @param network the network's shape
 * @param dims features per codon of each modality
 * @param scaling of the labels
 * @param reading how sequences became what the encoders read
 * @param encoders for each modality what makes its vectors: weights, tokenizer, layer, limits
 * @param training the settings of its training (optimizer, seed, split and the like), to be read by
 *     people: nothing depends on them
 * @param data what it was trained on; null in a model of an earlier version
 */
public record ModelDescription(
    int format,
    String codeVersion,
    String labelName,
    List<String> classes,
    FusionSettings network,
    SortedMap<Modality, Integer> dims,
    LabelScaling scaling,
    Preprocessing reading,
    Map<String, Map<String, String>> encoders,
    Map<String, Object> training,
    TrainingData data) {

  public ModelDescription {
    for (Object part :
        Arrays.asList(codeVersion, labelName, classes, network, dims, scaling, reading, encoders)) {
      Objects.requireNonNull(part, "a part of it is missing");
    }
    network.requireFit(dims.keySet());
    training = training == null ? Map.of() : training;
  }

  /** What its network predicts. */
  public Target target() {
    return classes.isEmpty() ? Target.REGRESSION : Target.classes(classes.size());
  }
}
