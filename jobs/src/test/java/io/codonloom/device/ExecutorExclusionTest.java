package io.codonloom.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExecutorExclusionTest {
  private static final String ENABLED = "spark.excludeOnFailure.enabled";

  @ParameterizedTest
  @ValueSource(
      strings = {"yarn", "spark://host:7077", "k8s://https://host", "local-cluster[2,1,1024]"})
  void onAClusterSparkExcludesWhatFails(String master) {
    assertThat(ExecutorExclusion.settings(conf().set("spark.master", master)))
        .containsEntry(ENABLED, "true")
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "spark.master, local[*]",
    "spark.master, local",
    "spark.excludeOnFailure.enabled, false",
    "spark.excludeOnFailure.enabled, true",
    "spark.blacklist.enabled, false",
    "spark.task.maxFailures, 2"
  })
  void nothingIsSetInOneJvmWhereTheUserHasDecidedOrWhereSparkWouldRefuse(String key, String value) {
    assertThat(ExecutorExclusion.settings(conf().set("spark.master", "yarn").set(key, value)))
        .isEmpty();
  }

  private static SparkConf conf() {
    return new SparkConf(false);
  }
}
