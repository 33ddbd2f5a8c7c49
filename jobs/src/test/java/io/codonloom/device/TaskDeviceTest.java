package io.codonloom.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.UserException;
import io.codonloom.config.Encoding;
import io.codonloom.config.Encoding.Processor;
import io.codonloom.encoder.Precision;
import java.util.Map;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskDeviceTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "unset",
      value = {
        "0 | unset | 0",
        "3 | unset | 3",
        "3 | 3 | 0",
        "2 | 3,2 | 1",
        "2 | ' 3 , 2 ' | 1",
        "1 | 0,1,2 | 1",
        "12 | 1,12 | 1",
        "GPU-5ebe9f43-ac33-420b-9b47-d76f5b1ddca2 | GPU-1d5bc7a0,GPU-5ebe9f43 | 1",
        "MIG-5c89852c-d268-c3f3-1b07-005d5ae1dc3f | MIG-5c89852c-d268-c3f3-1b07-005d5ae1dc3f | 0",
        "MIG-GPU-5ebe9f43/1/0 | MIG-GPU-5ebe9f43/0/0,MIG-GPU-5ebe9f43/1/0 | 1",
      })
  void theOrdinalIsTheAddressesPlaceAmongTheVisibleDevices(
      String address, String visible, int ordinal) {
    assertThat(TaskDevice.ordinal(gpus(address), visible)).isEqualTo(ordinal);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0,1", "-1", "GPU-1d5bc7a0"})
  void aGpuThatTheProcessDoesNotSeeIsRefused(String visible) {
    assertThatThrownBy(() -> TaskDevice.ordinal(gpus("2"), visible))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("GPU '2'")
        .hasMessageContaining("CUDA_VISIBLE_DEVICES=" + visible + ":");
  }

  @Test
  void anAddressThatIsNoNumberNeedsTheListOfVisibleDevices() {
    assertThatThrownBy(() -> TaskDevice.ordinal(gpus("GPU-5ebe9f43"), null))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("'GPU-5ebe9f43' is no number");
  }

  @Test
  void withoutSparksResourceTheSettingsAreNamed() {
    assertThatThrownBy(() -> TaskDevice.ordinal(Map.of(), "0"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("spark.executor.resource.gpu.amount")
        .hasMessageContaining("spark.task.resource.gpu.amount");
  }

  @Test
  void outsideAClusterAGpuIsTheFirstOne() {
    assertThat(TaskDevice.of(new Encoding(Processor.GPU, Precision.FP16, 1, 1, 3)))
        .isEqualTo(new Device(0, 3L << 20));
    assertThat(TaskDevice.of(Encoding.DEFAULT)).isEqualTo(Device.CPU);
  }

  private static Map<String, ResourceInformation> gpus(String... addresses) {
    return Map.of("gpu", new ResourceInformation("gpu", addresses));
  }
}
