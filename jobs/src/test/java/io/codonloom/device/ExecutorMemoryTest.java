package io.codonloom.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExecutorMemoryTest {
  private static final String OPTIONS = "spark.executor.extraJavaOptions";

  @ParameterizedTest
  @CsvSource({
    "yarn,               2g,  2g,   4096",
    "yarn,               2g,  1024, 3072",
    "k8s://https://host, 8g,  '',   9011",
    "yarn,               '',  '',   1408",
    "spark://host:7077,  2g,  3g,   5120",
    "'local-cluster[2,1,1024]', 1g, 1g, 2048"
  })
  void executorsAreToldHowLargeTheyMayBecome(
      String master, String heap, String overhead, int mebibytes) {
    Map<String, String> settings = ExecutorMemory.settings(conf(master, heap, overhead));
    assertThat(settings)
        .containsExactly(Map.entry(OPTIONS, "-D" + ExecutorMemory.LIMIT + "=" + mebibytes + "m"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "local[2]", "local[*]", "spark://host:7077"})
  void whereNothingEndsALargeProcessNothingIsSet(String master) {
    assertThat(ExecutorMemory.settings(conf(master, "2g", ""))).isEmpty();
  }

  @Test
  void otherOptionsStay() {
    SparkConf conf = conf("yarn", "2g", "2g").set(OPTIONS, "-Dkey=value");
    assertThat(ExecutorMemory.settings(conf))
        .containsEntry(OPTIONS, "-Dkey=value -D" + ExecutorMemory.LIMIT + "=4096m");
  }

  @Test
  void aLimitThatTheUserHasSetStaysAndIsHeldAgainstTheMemory() {
    SparkConf conf =
        conf("yarn", "2g", "1g").set(OPTIONS, "-D" + ExecutorMemory.LIMIT + "=6g -Dkey=value");
    assertThat(ExecutorMemory.settings(conf)).isEmpty();
    assertThat(ExecutorMemory.problem(6L << 30, conf))
        .get()
        .asString()
        .contains("6144 MiB", "3072 MiB", "-D" + ExecutorMemory.LIMIT + "=3072m")
        .doesNotContain("\n");
    assertThat(ExecutorMemory.problem(3L << 30, conf)).isEmpty();
    assertThat(ExecutorMemory.problem(6L << 30, conf("local[2]", "1g", ""))).isEmpty();
  }

  private static SparkConf conf(String master, String heap, String overhead) {
    SparkConf conf = new SparkConf(false).setMaster(master);
    if (!heap.isEmpty()) {
      conf.set("spark.executor.memory", heap);
    }
    if (!overhead.isEmpty()) {
      conf.set("spark.executor.memoryOverhead", overhead);
    }
    return conf;
  }
}
