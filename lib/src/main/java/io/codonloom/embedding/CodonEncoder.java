package io.codonloom.embedding;

import io.codonloom.UserException;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.encoder.Encoder;
import io.codonloom.encoder.EncoderMemoryException;
import io.codonloom.encoder.TokenVectors;
import io.codonloom.encoder.Tokens;
import io.codonloom.sequence.Modality;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** From an encoder's input to its codons' vectors. Safe for use by several threads. */
public final class CodonEncoder {
  private final Encoder encoder;
  private final Modality modality;
  private final Windows windows;
  private final Dtype dtype;

  /** A stretch of codons, from {@code start} to before {@code end}, as the encoder reads it. */
  private record Window(int start, int end, Tokens tokens) {}

  /** A text in its windows. */
  private record Input(String key, int codons, List<Window> windows) {}

  public CodonEncoder(Encoder encoder, Windows windows, Dtype dtype) {
    this.encoder = encoder;
    this.modality = encoder.checkpoint().modality();
    this.windows = windows;
    this.dtype = dtype;
    int most = encoder.checkpoint().maxCodons();
    if (windows.overlapCodons() >= most) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "windows of %d codons cannot overlap by %d",
              most,
              windows.overlapCodons()));
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
   * @throws EncoderMemoryException if it does not fit
   */
  public CodonEmbedding encode(String key, String text) {
    return encodeAll(List.of(new KeyedText(key, text))).get(0);
  }

  /**
   * The same of several texts, in their order; all their windows go to the model as one batch.
   *
   * @throws UserException as {@link #encode} does, for the first text at fault
   * @throws EncoderMemoryException if the batch does not fit
   */
  public List<CodonEmbedding> encodeAll(List<KeyedText> batch) {
    List<Input> inputs = new ArrayList<>();
    List<Tokens> windows = new ArrayList<>();
    for (KeyedText one : batch) {
      Input input = named(one.key(), () -> input(one));
      inputs.add(input);
      input.windows().forEach(window -> windows.add(window.tokens()));
    }
    Iterator<TokenVectors> vectors = encoder.encodeAll(windows).iterator();
    List<CodonEmbedding> embeddings = new ArrayList<>();
    for (Input input : inputs) {
      embeddings.add(named(input.key(), () -> embedding(input, vectors)));
    }
    return embeddings;
  }

  /** What {@code work} gives; where the input is at fault, its key is in the message. */
  private <T> T named(String key, Supplier<T> work) {
    try {
      return work.get();
    } catch (UserException | ArithmeticException | IllegalArgumentException e) {
      throw new UserException("%s input %s: %s".formatted(modality.id(), key, e.getMessage()), e);
    }
  }

  private Input input(KeyedText one) {
    int codons = codons(one.text());
    return new Input(one.key(), codons, windows(one.text(), codons));
  }

  private int codons(String text) {
    int nucleotides = text.length() * modality.nucleotidesPerCharacter();
    if (nucleotides == 0 || nucleotides % 3 != 0) {
      throw new UserException(
          String.format(Locale.ROOT, "%d characters are no whole number of codons", text.length()));
    }
    return nucleotides / 3;
  }

  private List<Window> windows(String text, int codons) {
    Checkpoint checkpoint = encoder.checkpoint();
    int letters = 3 / modality.nucleotidesPerCharacter();
    int longest = windows.maxCodons() > 0 ? windows.maxCodons() : codons;
    List<Window> result = new ArrayList<>();
    int start = 0;
    while (true) {
      int wanted = Math.min(codons, start + longest);
      int end = checkpoint.fittingCodons(text, start, wanted);
      String part = text.substring(start * letters, end * letters);
      result.add(new Window(start, end, encoder.tokenize(part)));
      if (end == codons) {
        return result;
      }
      if (!windows.allowed()) {
        throw new UserException(
            String.format(
                Locale.ROOT,
                "of %d codons the encoder reads only %d at once; read it in windows, truncate or reject it",
                codons,
                end));
      }
      start = Math.max(start + 1, end - windows.overlapCodons());
    }
  }

  private CodonEmbedding embedding(Input input, Iterator<TokenVectors> vectors) {
    float[] values = codonVectors(input, vectors);
    return CodonEmbedding.of(input.key(), 0, input.codons(), encoder.dim(), dtype, values);
  }

  /** The mean, for each codon, over the windows that cover it. */
  private float[] codonVectors(Input input, Iterator<TokenVectors> vectors) {
    if (input.windows().size() == 1) {
      return CodonAlignment.codonVectors(vectors.next(), modality, input.codons());
    }
    int dim = encoder.dim();
    float[] sum = new float[Math.multiplyExact(input.codons(), dim)];
    int[] covering = new int[input.codons()];
    for (Window window : input.windows()) {
      int codons = window.end() - window.start();
      float[] values = CodonAlignment.codonVectors(vectors.next(), modality, codons);
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
}
