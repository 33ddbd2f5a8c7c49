package io.codonloom.encoder;

import io.codonloom.UserException;
import io.codonloom.device.Device;
import java.util.List;
import java.util.SortedMap;

/**
 * A loaded model. Safe for use by several threads. {@code io.codonloom.encoder.engine.Encoders}
 * opens one.
 */
public interface Encoder extends AutoCloseable {
  /** What was loaded. */
  Checkpoint checkpoint();

  /** How it runs. */
  EncoderSettings settings();

  /** Where it runs. */
  Device device();

  /** How many numbers a token's vector has. */
  int dim();

  /** See {@link Checkpoint#fingerprint}. */
  default SortedMap<String, String> fingerprint() {
    return checkpoint().fingerprint(settings());
  }

  /**
   * Cuts a text into the model's tokens.
   *
   * @throws UserException if a character is not in the vocabulary
   */
  default Tokens tokenize(String text) {
    return checkpoint().tokenizer().tokenize(text);
  }

  /**
   * Encodes a text as a whole.
   *
   * @throws UserException if a character is not in the vocabulary, or the text is longer than the
   *     model reads
   * @throws EncoderMemoryException if it does not fit
   */
  default TokenVectors encode(String text) {
    return encode(tokenize(text));
  }

  /**
   * Encodes a text that is already cut into tokens.
   *
   * @throws UserException if they are more than the model reads
   * @throws EncoderMemoryException if it does not fit
   */
  default TokenVectors encode(Tokens tokens) {
    return encodeTogether(List.of(tokens)).get(0);
  }

  /**
   * Encodes several texts. The vectors are those that each text has alone: a GPU computes them in
   * one call, a processor in one call for each text, which is faster there.
   *
   * @throws UserException if one has more tokens than the model reads
   * @throws EncoderMemoryException if they do not fit together
   */
  default List<TokenVectors> encodeAll(List<Tokens> batch) {
    return device().isGpu() ? encodeTogether(batch) : batch.stream().map(this::encode).toList();
  }

  /**
   * Encodes several texts in one call, on any device.
   *
   * @throws UserException if one has more tokens than the model reads
   * @throws EncoderMemoryException if they do not fit together
   */
  List<TokenVectors> encodeTogether(List<Tokens> batch);

  /** Frees the model; nobody must be using it any more. */
  @Override
  void close();
}
