package io.codonloom.embedding;

/** How a stored embedding's numbers are written. */
public enum Dtype {
  /** IEEE 754 half precision. */
  FP16("fp16", 2),
  /** IEEE 754 single precision. */
  FP32("fp32", 4);

  private final String id;
  private final int bytes;

  Dtype(String id, int bytes) {
    this.id = id;
    this.bytes = bytes;
  }

  /** The name in tables. */
  public String id() {
    return id;
  }

  /** The size of one number. */
  public int bytes() {
    return bytes;
  }

  /**
   * The type of that {@link #id()}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Dtype of(String id) {
    for (Dtype dtype : values()) {
      if (dtype.id.equals(id)) {
        return dtype;
      }
    }
    throw new IllegalArgumentException("no number type '" + id + "': it is fp16 or fp32");
  }
}
