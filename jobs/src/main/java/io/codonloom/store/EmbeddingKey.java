package io.codonloom.store;

/** A key of an encoder's input, 32 hexadecimal digits, as two numbers. */
public record EmbeddingKey(long high, long low) implements Comparable<EmbeddingKey> {
  public static EmbeddingKey of(String hex) {
    if (hex.length() != 32) {
      throw new IllegalArgumentException("a key has 32 hexadecimal digits, not '" + hex + "'");
    }
    return new EmbeddingKey(
        Long.parseUnsignedLong(hex, 0, 16, 16), Long.parseUnsignedLong(hex, 16, 32, 16));
  }

  @Override
  public int compareTo(EmbeddingKey other) {
    int order = Long.compareUnsigned(high, other.high);
    return order != 0 ? order : Long.compareUnsigned(low, other.low);
  }
}
