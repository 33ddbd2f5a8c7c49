package io.codonloom.fusion.torch;

import io.codonloom.device.Device;
import org.bytedeco.pytorch.AbstractTensor;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Between the host's arrays and tensors. */
final class Tensors {
  private Tensors() {}

  static TensorOptions options(Device device, ScalarType type) {
    org.bytedeco.pytorch.Device place =
        device.isGpu()
            ? new org.bytedeco.pytorch.Device(DeviceType.CUDA, (byte) device.ordinal())
            : new org.bytedeco.pytorch.Device(DeviceType.CPU);
    return new TensorOptions()
        .dtype(new ScalarTypeOptional(type))
        .device(new DeviceOptional(place));
  }

  static Tensor of(double[] values, TensorOptions options, long... shape) {
    return moved(AbstractTensor.create(values, shape), options);
  }

  /** Whole numbers, on the device of the options. */
  static Tensor of(long[] values, TensorOptions options, long... shape) {
    return moved(AbstractTensor.create(values, shape), typed(options, ScalarType.Long));
  }

  /** Whole numbers, on the device of the options. */
  static Tensor of(int[] values, TensorOptions options, long... shape) {
    return moved(AbstractTensor.create(values, shape), typed(options, ScalarType.Int));
  }

  /**
   * The same numbers without a copy where they are on that device in that precision already: the
   * array must outlive the tensor.
   */
  static Tensor of(INDArray array, TensorOptions options) {
    INDArray whole = array.isView() || array.ordering() != 'c' ? array.dup('c') : array;
    ScalarType type = whole.dataType() == DataType.DOUBLE ? ScalarType.Double : ScalarType.Float;
    Tensor host =
        torch.from_blob(whole.data().addressPointer(), whole.shape(), new TensorOptions(type));
    return whole == array ? moved(host, options) : moved(host.clone(), options);
  }

  private static Tensor moved(Tensor tensor, TensorOptions options) {
    return tensor.to(options, false, false, new MemoryFormatOptional());
  }

  private static TensorOptions typed(TensorOptions options, ScalarType type) {
    return options.dtype(new ScalarTypeOptional(type));
  }

  static Scalar scalar(double value) {
    return new Scalar(value);
  }
}
