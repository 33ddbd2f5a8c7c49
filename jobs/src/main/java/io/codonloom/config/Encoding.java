package io.codonloom.config;

import io.codonloom.encoder.Precision;
import java.io.Serializable;

/**
 * How encoders run.
 *
 * @param device what they run on
 * @param precision of the arithmetic
 * @param threads of ONNX Runtime for one call on a CPU; as many as Spark gives a task cores
 * @param batchTokens about how many tokens one call on a GPU reads
 * @param memoryMib the most that the intermediate results of one call may take; 0 for no limit
 */
public record Encoding(
    Processor device, Precision precision, int threads, int batchTokens, int memoryMib)
    implements Serializable {

  /** What the built-in defaults say. */
  public static final Encoding DEFAULT = new Encoding(Processor.CPU, Precision.FP32, 1, 16384, 0);

  /** A kind of device. */
  public enum Processor {
    /** The executor's cores. */
    CPU,
    /** The CUDA device that Spark gives the task. */
    GPU
  }

  public Encoding {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, was " + threads);
    }
    if (batchTokens < 1) {
      throw new IllegalArgumentException("batch-tokens must be at least 1, was " + batchTokens);
    }
    if (memoryMib < 0) {
      throw new IllegalArgumentException("memory-mib must not be negative, was " + memoryMib);
    }
    if (device == Processor.CPU && precision == Precision.FP16) {
      throw new IllegalArgumentException(
          "precision must be fp32 or int8 on a CPU, which computes fp16 several times slower");
    }
    if (device == Processor.GPU && precision == Precision.INT8) {
      throw new IllegalArgumentException("precision must be fp16 or fp32 on a GPU, was int8");
    }
  }
}
