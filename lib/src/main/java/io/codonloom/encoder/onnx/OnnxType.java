package io.codonloom.encoder.onnx;

/** The element types of an ONNX model that are in use, by their numbers in onnx.proto. */
enum OnnxType {
  FLOAT(1, 4),
  INT8(3, 1),
  INT64(7, 8),
  FLOAT16(10, 2);

  private final int number;
  private final int bytes;

  OnnxType(int number, int bytes) {
    this.number = number;
    this.bytes = bytes;
  }

  int number() {
    return number;
  }

  /** The size of one element. */
  int bytes() {
    return bytes;
  }
}
