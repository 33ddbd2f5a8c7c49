package io.codonloom.encoder;

import java.util.List;
import java.util.Map;

/**
 * What an engine needs of a checkpoint to compute one of its outputs.
 *
 * @param architecture dimensions and options
 * @param weights where the tensors lie
 * @param shapes of every tensor that may be read, by canonical name
 * @param inverseFrequencies of the rotary positions, [head width / 2]; empty for learned positions
 * @param output what is computed
 * @param layer whose hidden state; the last for logits
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record EncoderModel(
    Architecture architecture,
    Weights weights,
    Map<String, List<Long>> shapes,
    float[] inverseFrequencies,
    EncoderOutput output,
    int layer) {
  private static final String WORDS = "embeddings.word_embeddings.weight";
  private static final String DECODER = "lm_head.decoder.weight";

  static EncoderModel of(Checkpoint checkpoint, EncoderSettings settings) {
    Architecture model = checkpoint.architecture();
    Weights stored = checkpoint.weights();
    Map<String, List<Long>> shapes = model.tensors();
    if (settings.output() == EncoderOutput.LOGITS) {
      shapes.putAll(model.headTensors());
      if (stored.has(DECODER)) {
        shapes.put(DECODER, shapes.get(WORDS));
      }
      stored.require(shapes);
    }
    float[] frequencies =
        model.rotary() ? RotaryFrequencies.of(model, stored, checkpoint.directory()) : new float[0];
    return new EncoderModel(
        model, stored, shapes, frequencies, settings.output(), checkpoint.layer(settings));
  }

  /** How many numbers a token's vector has. */
  public int width() {
    return output == EncoderOutput.LOGITS ? architecture.vocabulary() : architecture.dim();
  }

  /**
   * The name of the decoder's matrix. Where it is tied to the embedding, the file holds it once.
   */
  public String decoder() {
    return shapes.containsKey(DECODER) ? DECODER : WORDS;
  }
}
