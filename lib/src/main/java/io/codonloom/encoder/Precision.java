package io.codonloom.encoder;

import java.util.Locale;

/** The numbers that an encoder computes with. */
public enum Precision {
  /** IEEE 754 single precision. */
  FP32,
  /** IEEE 754 half precision; on GPUs only. */
  FP16,
  /** Linear layers in 8-bit integers, quantized as they come; on CPUs only, and less exact. */
  INT8;

  /** The name in fingerprints. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
