package io.codonloom.job.predict;

import io.codonloom.UserException;
import io.codonloom.config.EncoderConfig;
import io.codonloom.config.Experiment;
import io.codonloom.encoder.FieldDifference;
import io.codonloom.encoding.EncoderSet;
import io.codonloom.fusion.Features;
import io.codonloom.model.ModelDescription;
import io.codonloom.sequence.Modality;
import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The encoders that a model needs.
 *
 * @param configs of the experiment; none for a model that reads the letters themselves
 * @param set the same, ready for the executors
 */
record ModelEncoders(Map<Modality, EncoderConfig> configs, EncoderSet set) {

  /**
   * Those of an experiment.
   *
   * @param model its file, for messages
   * @throws UserException if one is not in the experiment, or is not that of the model's training
   */
  static ModelEncoders of(
      Configuration conf, Experiment experiment, Path model, ModelDescription description)
      throws IOException {
    Map<Modality, EncoderConfig> configs = configs(experiment, description);
    EncoderSet set = EncoderSet.of(conf, configs, experiment.store(), experiment.embed());
    requireTrainedWith(model, description, set.fields());
    return new ModelEncoders(configs, set);
  }

  private static Map<Modality, EncoderConfig> configs(
      Experiment experiment, ModelDescription description) {
    Map<Modality, EncoderConfig> needed = new TreeMap<>();
    if (description.network().features() == Features.ONE_HOT) {
      return needed;
    }
    for (Modality modality : description.dims().keySet()) {
      EncoderConfig encoder = experiment.encoders().get(modality);
      if (encoder == null) {
        throw new UserException(
            "the model reads %s embeddings: the config has no encoders.%s"
                .formatted(modality.id(), modality.id()));
      }
      needed.put(modality, encoder);
    }
    return needed;
  }

  private static void requireTrainedWith(
      Path model, ModelDescription description, Map<String, SortedMap<String, String>> fields) {
    fields.forEach(
        (modality, now) -> {
          Map<String, String> trained = description.encoders().getOrDefault(modality, Map.of());
          if (!now.equals(trained)) {
            throw new UserException(
                "%s was trained with another %s encoder than the config's: %s"
                    .formatted(model, modality, FieldDifference.of(trained, now)));
          }
        });
  }
}
