package io.codonloom.device;

import io.codonloom.UserException;
import io.codonloom.config.Encoding;
import io.codonloom.config.Encoding.Processor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * The device that the running Spark task computes on.
 *
 * <p>Spark gives a task the addresses of its GPUs, as its discovery script on that machine has
 * named them: normally {@code nvidia-smi}'s numbers, which count all GPUs of the machine. CUDA
 * counts those that {@code CUDA_VISIBLE_DEVICES} leaves, in the order in which it names them. So
 * the ordinal is the place of Spark's address in that variable where it is set, and otherwise the
 * address. How many tasks share a GPU is Spark's to say: one with {@code
 * spark.task.resource.gpu.amount = 1}, two with 0.5, and so on.
 *
 * <p>In local mode Spark gives no resources. There the ordinal is 0, the first GPU that the process
 * sees, and all tasks share it.
 */
public final class TaskDevice {
  private static final String VISIBLE = "CUDA_VISIBLE_DEVICES";
  private static final String RESOURCE = "gpu";

  private TaskDevice() {}

  /**
   * The device for encoders; to be called inside the task.
   *
   * @throws UserException if a GPU is asked for and Spark gave the task none, or one that this
   *     process does not see
   */
  public static Device of(Encoding encoding) {
    long memory = encoding.memoryMib() * (1L << 20);
    int ordinal = encoding.device() == Processor.GPU ? ordinal() : Device.CPU.ordinal();
    return new Device(ordinal, memory);
  }

  private static int ordinal() {
    TaskContext task = TaskContext.get();
    if (task == null || !ExecutorPlace.isExecutor()) {
      return 0;
    }
    return ordinal(task.resourcesJMap(), System.getenv(VISIBLE));
  }

  /**
   * The ordinal of the first GPU among a task's resources.
   *
   * @param visible the value of CUDA_VISIBLE_DEVICES; null if it is not set
   */
  static int ordinal(Map<String, ResourceInformation> resources, String visible) {
    ResourceInformation gpu = resources.get(RESOURCE);
    if (gpu == null || gpu.addresses().length == 0) {
      throw new UserException(
          "embed.device is gpu, but Spark gave the task none: set spark.executor.resource.gpu.amount and spark.task.resource.gpu.amount, and a discovery script");
    }
    String address = gpu.addresses()[0].strip();
    return visible == null ? number(address) : position(address, visible);
  }

  private static int number(String address) {
    if (!address.matches("\\d{1,4}")) {
      throw new UserException(
          "Spark's GPU address '%s' is no number: let the discovery script name indices, or set %s on the executors"
              .formatted(address, VISIBLE));
    }
    return Integer.parseInt(address);
  }

  private static int position(String address, String visible) {
    List<String> devices = Arrays.stream(visible.split(",")).map(String::strip).toList();
    for (int i = 0; i < devices.size(); i++) {
      if (isSame(devices.get(i), address)) {
        return i;
      }
    }
    throw new UserException(
        "Spark gave the task GPU '%s', which is not in the executor's %s=%s: make the discovery script name GPUs as that variable does"
            .formatted(address, VISIBLE, visible));
  }

  /** CUDA takes the first characters of an identifier for the whole where no other begins so. */
  private static boolean isSame(String device, String address) {
    boolean identifier = device.startsWith("GPU-") || device.startsWith("MIG-");
    return identifier ? address.startsWith(device) : device.equals(address);
  }
}
