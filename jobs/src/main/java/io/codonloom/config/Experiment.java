package io.codonloom.config;

import io.codonloom.fusion.Features;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.Rules;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Everything that a config says, typed.
 *
 * @param workspace the folder of all tables, on any file system that Hadoop reads
 * @param dataset the labelled sequences
 * @param rules what a row must satisfy
 * @param splits the named divisions of the measurements
 * @param encoders the language model of each modality in use; none is needed where the model reads
 *     the sequences themselves
 * @param store where embeddings are kept, and how
 * @param embed how encoders run
 * @param model the fusion network
 * @param train how it is trained
 */
public record Experiment(
    String workspace,
    Dataset dataset,
    Rules rules,
    List<Split> splits,
    Map<Modality, EncoderConfig> encoders,
    Store store,
    Encoding embed,
    FusionSettings model,
    Training train) {

  public Experiment {
    if (encoders.isEmpty() && model.features() == Features.EMBEDDINGS) {
      throw new IllegalArgumentException(
          "encoders must hold at least one of dna, rna and protein; only model.features = one-hot"
              + " needs none");
    }
    Set<String> names = new HashSet<>();
    for (Split split : splits) {
      if (!names.add(split.name())) {
        throw new IllegalArgumentException("splits holds '" + split.name() + "' twice");
      }
    }
    if (!names.contains(train.split())) {
      throw new IllegalArgumentException(
          "train.split is '" + train.split() + "', but splits holds " + String.join(", ", names));
    }
    if (train.classWeights() != ClassWeights.NONE && dataset.task() != Task.CLASSIFICATION) {
      throw new IllegalArgumentException(
          "train.class-weights is for dataset.task = classification only");
    }
  }

  /** The same with every path made absolute, so that it means the same on every machine. */
  public Experiment located(UnaryOperator<String> absolute) {
    return new Experiment(
        absolute.apply(workspace),
        dataset.located(absolute),
        rules,
        splits,
        encoders.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    e -> e.getValue().located(absolute),
                    (a, b) -> a,
                    TreeMap::new)),
        store,
        embed,
        model,
        train);
  }
}
