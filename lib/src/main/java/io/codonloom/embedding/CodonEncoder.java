package io.codonloom.embedding;

import io.codonloom.UserException;
import io.codonloom.alignment.CodonAlignment;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.encoder.Encoder;
import io.codonloom.sequence.Modality;
import java.util.ArrayList;
import java.util.List;

/** From an encoder's input to its codons' vectors. Safe for use by several threads. */
public final class CodonEncoder {
  private final Encoder encoder;
  private final Modality modality;
  private final Windows windows;
  private final Dtype dtype;

  /** A stretch of codons, from {@code start} to before {@code end}. */
  record Window(int start, int end) {}

  public CodonEncoder(Encoder encoder, Windows windows, Dtype dtype) {
    this.encoder = encoder;
    this.modality = encoder.checkpoint().modality();
    this.windows = windows;
    this.dtype = dtype;
    int most = encoder.checkpoint().maxCodons();
    if (windows.overlapCodons() >= most) {
      throw new UserException(
          "windows of %d codons cannot overlap by %d".formatted(most, windows.overlapCodons()));
    }
  }

  /**
   * Encodes a text, in windows where it must be.
   *
   * @param key of the text
   * @param text what the encoder reads
   * @throws UserException if the text is no whole number of codons, holds what the vocabulary does
   *     not, or is longer than the encoder reads and windows are not allowed; the message names the
   *     key
   */
  public CodonEmbedding encode(String key, String text) {
    try {
      int codons = codons(text);
      float[] values = vectors(text, windows(text, codons), codons);
      return CodonEmbedding.of(key, 0, codons, encoder.dim(), dtype, values);
    } catch (UserException | ArithmeticException | IllegalArgumentException e) {
      throw new UserException("%s input %s: %s".formatted(modality.id(), key, e.getMessage()), e);
    }
  }

  /** The same of several texts, in their order, in as few calls of the model as possible. */
  public List<CodonEmbedding> encodeAll(List<KeyedText> batch) {
    return batch.stream().map(input -> encode(input.key(), input.text())).toList();
  }

  private int codons(String text) {
    int nucleotides = text.length() * modality.nucleotidesPerCharacter();
    if (nucleotides == 0 || nucleotides % 3 != 0) {
      throw new UserException(
          "%d characters are no whole number of codons".formatted(text.length()));
    }
    return nucleotides / 3;
  }

  private List<Window> windows(String text, int codons) {
    Checkpoint checkpoint = encoder.checkpoint();
    int longest = windows.maxCodons() > 0 ? windows.maxCodons() : codons;
    List<Window> result = new ArrayList<>();
    int start = 0;
    while (true) {
      int wanted = Math.min(codons, start + longest);
      int end = checkpoint.fittingCodons(text, start, wanted);
      result.add(new Window(start, end));
      if (end == codons) {
        return result;
      }
      if (!windows.allowed()) {
        throw new UserException(
            "of %d codons the encoder reads only %d at once; read it in windows, truncate or reject it"
                .formatted(codons, end));
      }
      start = Math.max(start + 1, end - windows.overlapCodons());
    }
  }

  /** The mean, for each codon, over the windows that cover it. */
  private float[] vectors(String text, List<Window> windows, int codons) {
    if (windows.size() == 1) {
      return vectors(text, windows.get(0));
    }
    int dim = encoder.dim();
    float[] sum = new float[Math.multiplyExact(codons, dim)];
    int[] covering = new int[codons];
    for (Window window : windows) {
      float[] values = vectors(text, window);
      for (int i = 0; i < values.length; i++) {
        sum[window.start() * dim + i] += values[i];
      }
      for (int codon = window.start(); codon < window.end(); codon++) {
        covering[codon]++;
      }
    }
    for (int i = 0; i < sum.length; i++) {
      sum[i] /= covering[i / dim];
    }
    return sum;
  }

  private float[] vectors(String text, Window window) {
    int letters = 3 / modality.nucleotidesPerCharacter();
    String part = text.substring(window.start() * letters, window.end() * letters);
    int codons = window.end() - window.start();
    return CodonAlignment.codonVectors(encoder.encode(part), modality, codons);
  }
}
