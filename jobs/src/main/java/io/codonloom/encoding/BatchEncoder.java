package io.codonloom.encoding;

import io.codonloom.UserException;
import io.codonloom.config.Encoding.Processor;
import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.embedding.CodonEncoder;
import io.codonloom.embedding.KeyedText;
import io.codonloom.encoder.EncoderMemoryException;
import io.codonloom.sequence.Modality;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Encodes inputs in batches of similar length. A batch that does not fit in memory is halved, down
 * to a single input; an input that does not fit alone, or cannot be encoded, is set aside.
 */
public final class BatchEncoder {
  /** Of the DNA model, where there is no N. */
  private static final int NUCLEOTIDES_PER_TOKEN = 6;

  /** How many batches' inputs are sorted together: more pad less and take more memory. */
  private static final int BATCHES_SORTED = 8;

  private final Function<List<KeyedText>, List<CodonEmbedding>> encoder;
  private final ToIntFunction<String> tokens;
  private final Map<KeyedText, String> setAside = new LinkedHashMap<>();
  private long batchTokens;

  /** What is done with an embedding. */
  @FunctionalInterface
  public interface Sink {
    /** Takes the next one. */
    void accept(CodonEmbedding embedding) throws IOException;
  }

  /**
   * @param encoder one call of the model
   * @param tokens of a text, about
   * @param batchTokens what a batch may have, padding included; 0 for batches of one input
   */
  BatchEncoder(
      Function<List<KeyedText>, List<CodonEmbedding>> encoder,
      ToIntFunction<String> tokens,
      long batchTokens) {
    this.encoder = encoder;
    this.tokens = tokens;
    this.batchTokens = batchTokens;
  }

  /** As the specification wants it; on a CPU a single input without padding is fastest. */
  static BatchEncoder of(CodonEncoder encoder, EncoderSpec spec) {
    boolean gpu = spec.encoding().device() == Processor.GPU;
    int characters = spec.modality() == Modality.DNA ? NUCLEOTIDES_PER_TOKEN : 1;
    return new BatchEncoder(
        encoder::encodeAll,
        text -> text.length() / characters,
        gpu ? spec.encoding().batchTokens() : 0);
  }

  /**
   * Encodes the inputs; the embeddings come in the inputs' order, whatever the batches.
   *
   * @return each input that was set aside, and why
   */
  public Map<KeyedText, String> encode(List<KeyedText> inputs, Sink sink) throws IOException {
    int start = 0;
    while (start < inputs.size()) {
      int end = start + 1;
      long sum = tokens(inputs.get(start));
      while (end < inputs.size() && sum < BATCHES_SORTED * batchTokens) {
        sum += tokens(inputs.get(end++));
      }
      encodeSorted(inputs.subList(start, end), sink);
      start = end;
    }
    return setAside;
  }

  private void encodeSorted(List<KeyedText> inputs, Sink sink) throws IOException {
    List<KeyedText> longFirst = new ArrayList<>(inputs);
    longFirst.sort(Comparator.comparingInt(this::tokens).reversed());
    Map<String, CodonEmbedding> embeddings = new HashMap<>();
    int start = 0;
    while (start < longFirst.size()) {
      long fitting = batchTokens / tokens(longFirst.get(start));
      int end = (int) Math.min(longFirst.size(), start + Math.max(1, fitting));
      encodeBatch(longFirst.subList(start, end), embeddings);
      start = end;
    }
    for (KeyedText input : inputs) {
      CodonEmbedding embedding = embeddings.get(input.key());
      if (embedding != null) {
        sink.accept(embedding);
      }
    }
  }

  private void encodeBatch(List<KeyedText> batch, Map<String, CodonEmbedding> embeddings) {
    try {
      encoder.apply(batch).forEach(embedding -> embeddings.put(embedding.key(), embedding));
    } catch (EncoderMemoryException | UserException e) {
      if (batch.size() == 1) {
        setAside.put(batch.get(0), e.getMessage());
        return;
      }
      if (e instanceof EncoderMemoryException) {
        // What did not fit now will not fit the next time.
        batchTokens = Math.min(batchTokens, batch.size() / 2L * tokens(batch.get(0)));
      }
      int half = batch.size() / 2;
      encodeBatch(batch.subList(0, half), embeddings);
      encodeBatch(batch.subList(half, batch.size()), embeddings);
    }
  }

  private int tokens(KeyedText input) {
    return Math.max(1, tokens.applyAsInt(input.text()));
  }
}
