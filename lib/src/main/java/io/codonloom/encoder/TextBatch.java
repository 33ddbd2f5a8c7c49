package io.codonloom.encoder;

import io.codonloom.UserException;
import io.codonloom.device.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Texts that a model reads in one call.
 *
 * @param texts at least one
 * @param length how many tokens each of them has in the call; what is beyond a text is padding
 * @param padded whether there is any
 */
public record TextBatch(List<Tokens> texts, int length, boolean padded) {
  /**
   * What padded texts are made a multiple of: CUDA's kernels that never hold all scores of a
   * batch's attention want such a bias for padding.
   */
  private static final int ALIGNMENT = 16;

  private static final double MIB = 1 << 20;

  /** Where a call's vectors are read from. */
  @FunctionalInterface
  public interface Vectors {
    /** Fills {@code target} with the numbers from the {@code offset}th on. */
    void read(long offset, float[] target);
  }

  /**
   * Pads texts of several lengths.
   *
   * @throws UserException if one has more tokens than the model reads
   */
  public static TextBatch of(Checkpoint checkpoint, List<Tokens> texts) {
    int longest = texts.stream().mapToInt(Tokens::count).max().orElseThrow();
    int most = checkpoint.maxTokens();
    if (longest > most) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "%d tokens are more than the %d that %s reads",
              longest,
              most,
              checkpoint.directory()));
    }
    if (texts.stream().allMatch(tokens -> tokens.count() == longest)) {
      return new TextBatch(texts, longest, false);
    }
    int aligned = (longest + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return new TextBatch(texts, Math.max(longest, Math.min(aligned, most)), true);
  }

  /**
   * The tokens' numbers, [texts × length]; padding is whatever token has the number 0, as nothing
   * sees it.
   */
  public long[] ids() {
    long[] ids = new long[Math.multiplyExact(texts.size(), length)];
    for (int text = 0; text < texts.size(); text++) {
      int[] own = texts.get(text).ids();
      for (int i = 0; i < own.length; i++) {
        ids[text * length + i] = own[i];
      }
    }
    return ids;
  }

  /** 1 for tokens, 0 for padding, [texts × length]. */
  public float[] real() {
    float[] real = new float[Math.multiplyExact(texts.size(), length)];
    for (int text = 0; text < texts.size(); text++) {
      Arrays.fill(real, text * length, text * length + texts.get(text).count(), 1);
    }
    return real;
  }

  /**
   * Each text's own vectors, without padding.
   *
   * @param vectors [texts × length × dim]
   */
  public List<TokenVectors> split(int dim, Vectors vectors) {
    List<TokenVectors> result = new ArrayList<>();
    for (int text = 0; text < texts.size(); text++) {
      Tokens own = texts.get(text);
      float[] values = new float[Math.multiplyExact(own.count(), dim)];
      vectors.read((long) text * length * dim, values);
      result.add(new TokenVectors(own, dim, values));
    }
    return result;
  }

  /**
   * Refuses a call before it is made.
   *
   * @param bytes what its intermediate results take
   * @throws EncoderMemoryException if that is more than the device allows
   */
  public void requireMemory(Device device, long bytes) {
    if (device.memoryBytes() > 0 && bytes > device.memoryBytes()) {
      throw new EncoderMemoryException(
          String.format(
              Locale.ROOT,
              "%s need about %.1f MiB, of %.1f MiB allowed",
              this,
              bytes / MIB,
              device.memoryBytes() / MIB),
          null);
    }
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d × %d tokens", texts.size(), length);
  }
}
