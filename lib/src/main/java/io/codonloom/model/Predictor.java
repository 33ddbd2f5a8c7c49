package io.codonloom.model;

import static java.util.stream.Collectors.joining;

import io.codonloom.UserException;
import io.codonloom.embedding.CodonVectors;
import io.codonloom.fusion.Features;
import io.codonloom.sequence.CodingSequence;
import io.codonloom.sequence.EncoderInput;
import io.codonloom.sequence.GeneticCode;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.Rule;
import io.codonloom.sequence.SequenceCheck;
import io.codonloom.sequence.SequenceChecker;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A trained model with its encoders, for one sequence at a time and without Spark:
 *
 * <pre>{@code
 * try (Predictor predictor = Predictor.open(Path.of("model.safetensors"), checkpoints)) {
 *   SequencePrediction prediction = predictor.predict("AUGGCU…UAA");
 *   System.out.println(prediction.value() + " " + prediction.attention());
 * }
 * }</pre>
 *
 * <p>A network that reads the letters themselves ({@link Features#ONE_HOT}) needs no checkpoints.
 *
 * <p>A sequence gets the score that it would get in the model's own training: the same rules, the
 * same encoders, vectors rounded as its store held them. For use by one thread.
 */
public final class Predictor implements AutoCloseable {
  private final ModelFile model;
  private final SequenceChecker checker;
  private final BatchAssembler assembler;
  private final SortedMap<Modality, TrainedEncoder> encoders = new TreeMap<>();

  private Predictor(ModelFile model) {
    ModelDescription description = model.description();
    this.model = model;
    this.checker =
        new SequenceChecker(description.reading().rules(), description.reading().limits());
    this.assembler =
        new BatchAssembler(
            description.network(),
            description.dims(),
            description.target(),
            description.scaling(),
            1);
  }

  /**
   * Opens a model.
   *
   * @param checkpoints the folder of each encoder that the model needs; none for one-hot features
   * @throws UserException if a file cannot be read, or an encoder is missing or not the one that
   *     the model was trained with
   */
  public static Predictor open(Path model, Map<Modality, Path> checkpoints) {
    Predictor predictor = new Predictor(ModelFile.read(model));
    try {
      predictor.openEncoders(checkpoints);
    } catch (RuntimeException e) {
      predictor.close();
      throw e;
    }
    return predictor;
  }

  private void openEncoders(Map<Modality, Path> checkpoints) {
    ModelDescription description = model.description();
    if (description.network().features() == Features.ONE_HOT) {
      return;
    }
    for (Modality modality : description.dims().keySet()) {
      Path checkpoint = checkpoints.get(modality);
      if (checkpoint == null) {
        throw new UserException(
            "the model reads %s: name the folder of its encoder".formatted(modality.id()));
      }
      encoders.put(
          modality,
          TrainedEncoder.open(
              modality, checkpoint, description.encoders().getOrDefault(modality.id(), Map.of())));
    }
  }

  /** What the model predicts. */
  public ModelDescription description() {
    return model.description();
  }

  /** The prediction for a sequence in the genetic code of the training; see the other. */
  public SequencePrediction predict(String sequence) {
    return predict(sequence, GeneticCode.of(model.description().reading().geneticCode()));
  }

  /**
   * The prediction for a sequence.
   *
   * @param sequence DNA or RNA in any case
   * @throws UserException if a rule of the model's training refuses it
   */
  public SequencePrediction predict(String sequence, GeneticCode code) {
    SequenceCheck check = checker.check(sequence, code);
    CodingSequence accepted =
        check
            .sequence()
            .orElseThrow(
                () ->
                    new UserException(
                        "the sequence breaks the rules of the model's training: %s%s"
                            .formatted(
                                check.refused().stream().map(Rule::id).collect(joining(", ")),
                                check.position() < 0 ? "" : " at nucleotide " + check.position())));
    SortedMap<Modality, CodonVectors> vectors = new TreeMap<>();
    for (Modality modality : model.description().dims().keySet()) {
      vectors.put(modality, vectors(accepted, modality));
    }
    Example example = new Example(0, Double.NaN, vectors);
    Prediction prediction =
        Prediction.of(
            model.network(),
            assembler.assemble(List.of(example), 0),
            model.description().scaling())[0];
    return prediction(prediction);
  }

  private SequencePrediction prediction(Prediction prediction) {
    Map<String, Double> probabilities = new LinkedHashMap<>();
    for (int c = 0; c < prediction.probabilities().length; c++) {
      probabilities.put(model.description().classes().get(c), prediction.probabilities()[c]);
    }
    SortedMap<Modality, Double> attention = new TreeMap<>();
    if (model.description().network().weighsModalities()) {
      int next = 0;
      for (Modality modality : model.description().dims().keySet()) {
        attention.put(modality, (double) prediction.attention()[next++]);
      }
    }
    return new SequencePrediction(prediction.value(), probabilities, attention);
  }

  private CodonVectors vectors(CodingSequence sequence, Modality modality) {
    Preprocessing reading = model.description().reading();
    InputLimit limit = reading.limits().getOrDefault(modality, InputLimit.NONE);
    EncoderInput input = EncoderInput.of(sequence, modality, reading.rules(), limit);
    return encoders.containsKey(modality)
        ? CodonVectors.of(encoders.get(modality).codons().encode(input.key(), input.text()))
        : OneHot.of(modality, input.text());
  }

  @Override
  public void close() {
    encoders.values().forEach(TrainedEncoder::close);
  }
}
