package io.codonloom.fusion.kernel;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A row-major array as plain Java numbers of the network's own precision, for the few loops that
 * are no matrix products. Float while training, double where gradients are checked.
 */
public abstract sealed class Vectors {
  /** A copy of the array's numbers in row-major order. */
  public static Vectors copyOf(INDArray array) {
    INDArray source = Matrices.rowMajor(array);
    Nd4j.getAffinityManager().ensureLocation(source, AffinityManager.Location.HOST);
    Pointer pointer = source.data().addressPointer();
    int length = Math.toIntExact(source.length());
    if (source.dataType() == DataType.DOUBLE) {
      double[] values = new double[length];
      ((DoublePointer) pointer).get(values, 0, length);
      return new Doubles(values);
    }
    float[] values = new float[length];
    ((FloatPointer) pointer).get(values, 0, length);
    return new Floats(values);
  }

  /** Zeros of that precision. */
  public static Vectors zeros(DataType type, long length) {
    int size = Math.toIntExact(length);
    return type == DataType.DOUBLE ? new Doubles(new double[size]) : new Floats(new float[size]);
  }

  public abstract double get(int index);

  public abstract void set(int index, double value);

  /** {@code into[at + i] += factor · this[from + i]} for i below length. */
  abstract void addTo(Vectors into, int at, double factor, int from, int length);

  /**
   * Running maximum: where {@code this[from + i]} exceeds {@code best[at + i]} it replaces it and
   * {@code where[at + i]} becomes {@code mark}. A NaN exceeds everything and stays, so that it
   * reaches the loss.
   */
  abstract void maximum(int from, int length, Vectors best, int[] where, int at, int mark);

  /** Writes all numbers into the array, which must be row-major and of the same precision. */
  public final void copyTo(INDArray array) {
    if (array != Matrices.rowMajor(array)) {
      throw new IllegalArgumentException("the array to write is not row-major");
    }
    copyTo(array.data().addressPointer());
    Nd4j.getAffinityManager().tagLocation(array, AffinityManager.Location.HOST);
  }

  abstract void copyTo(Pointer pointer);

  private static final class Floats extends Vectors {
    private final float[] values;

    Floats(float[] values) {
      this.values = values;
    }

    @Override
    public double get(int index) {
      return values[index];
    }

    @Override
    public void set(int index, double value) {
      values[index] = (float) value;
    }

    @Override
    void addTo(Vectors into, int at, double factor, int from, int length) {
      float[] target = ((Floats) into).values;
      float scale = (float) factor;
      for (int i = 0; i < length; i++) {
        target[at + i] += scale * values[from + i];
      }
    }

    @Override
    void maximum(int from, int length, Vectors best, int[] where, int at, int mark) {
      float[] top = ((Floats) best).values;
      for (int i = 0; i < length; i++) {
        float value = values[from + i];
        if (value > top[at + i] || Float.isNaN(value)) {
          top[at + i] = value;
          where[at + i] = mark;
        }
      }
    }

    @Override
    void copyTo(Pointer pointer) {
      ((FloatPointer) pointer).put(values, 0, values.length);
    }
  }

  private static final class Doubles extends Vectors {
    private final double[] values;

    Doubles(double[] values) {
      this.values = values;
    }

    @Override
    public double get(int index) {
      return values[index];
    }

    @Override
    public void set(int index, double value) {
      values[index] = value;
    }

    @Override
    void addTo(Vectors into, int at, double factor, int from, int length) {
      double[] target = ((Doubles) into).values;
      for (int i = 0; i < length; i++) {
        target[at + i] += factor * values[from + i];
      }
    }

    @Override
    void maximum(int from, int length, Vectors best, int[] where, int at, int mark) {
      double[] top = ((Doubles) best).values;
      for (int i = 0; i < length; i++) {
        double value = values[from + i];
        if (value > top[at + i] || Double.isNaN(value)) {
          top[at + i] = value;
          where[at + i] = mark;
        }
      }
    }

    @Override
    void copyTo(Pointer pointer) {
      ((DoublePointer) pointer).put(values, 0, values.length);
    }
  }
}
