package io.codonloom.device;

import io.codonloom.UserException;
import io.codonloom.config.Encoding;
import io.codonloom.config.Encoding.Processor;
import io.codonloom.encoder.Precision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Two tasks at once on a Spark worker that believes to have GPUs 0 and 1, several times over: what
 * device does each get? Needs SPARK_HOME.
 */
final class GpuAssignmentMain {
  private static final int TASKS = 2;

  private GpuAssignmentMain() {}

  /** Arguments: the options of an executor's JVM, the discovery script, an empty folder. */
  public static void main(String[] arguments) {
    SparkConf base =
        new SparkConf()
            .setMaster("local-cluster[1,2,1024]")
            .setAppName("gpu assignment")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1")
            .set("spark.executor.memory", "512m")
            .set("spark.scheduler.minRegisteredResourcesRatio", "1.0")
            .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .set("spark.executor.extraJavaOptions", arguments[0]);
    SparkConf gpus =
        base.clone()
            .set("spark.worker.resource.gpu.amount", "2")
            .set("spark.worker.resource.gpu.discoveryScript", arguments[1])
            .set("spark.executor.resource.gpu.amount", "1");
    SparkConf alone =
        gpus.clone().set("spark.executor.cores", "1").set("spark.task.resource.gpu.amount", "1");
    Path folder = Path.of(arguments[2]);
    print("two executors", alone, folder);
    print(
        "two executors, 1,0 visible",
        alone.clone().set("spark.executorEnv.CUDA_VISIBLE_DEVICES", "1,0"),
        folder);
    print(
        "one executor, two tasks a GPU, 7,GPU-x,0 visible",
        gpus.clone()
            .set("spark.executor.cores", "2")
            .set("spark.task.resource.gpu.amount", "0.5")
            .set("spark.executorEnv.CUDA_VISIBLE_DEVICES", "7,GPU-x,0"),
        folder);
    print("no GPUs", base, folder);
  }

  /** Prints the device of each task. */
  private static void print(String title, SparkConf conf, Path folder) {
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      String meeting = folder.resolve(title.replaceAll("\\W+", "-")).toString();
      List<String> devices =
          new ArrayList<>(
              spark
                  .parallelize(Collections.nCopies(TASKS, 0), TASKS)
                  .mapPartitions(rows -> List.of(device(Path.of(meeting))).iterator())
                  .collect());
      Collections.sort(devices);
      System.out.println(title + ": " + devices);
    }
  }

  private static String device(Path meeting) throws Exception {
    Encoding encoding = new Encoding(Processor.GPU, Precision.FP16, 1, 1, 0);
    String device;
    try {
      int ordinal = TaskDevice.of(encoding).ordinal();
      String address = TaskContext.get().resourcesJMap().get("gpu").addresses()[0];
      device = "address %s is ordinal %d".formatted(address, ordinal);
    } catch (UserException e) {
      device = e.getMessage();
    }
    // All tasks run at the same time: none ends before the last has started.
    Files.createDirectories(meeting);
    Files.createTempFile(meeting, "task", "");
    while (count(meeting) < TASKS) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return device + " on executor " + SparkEnv.get().executorId();
  }

  private static long count(Path folder) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }
}
