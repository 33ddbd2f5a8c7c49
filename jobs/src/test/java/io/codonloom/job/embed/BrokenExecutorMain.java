package io.codonloom.job.embed;

import io.codonloom.UserException;
import io.codonloom.config.Store;
import io.codonloom.device.ExecutorExclusion;
import io.codonloom.embedding.Dtype;
import io.codonloom.encoding.EncodersOnExecutors;
import io.codonloom.sequence.Modality;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.SparkConf;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorExcludedForStage;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;

/**
 * Embeds on a Spark cluster of two executor JVMs of which number 0 finds no whole native libraries,
 * then on one where no executor does.
 */
final class BrokenExecutorMain {
  private static final int SHARD_CODONS = 120;

  private BrokenExecutorMain() {}

  /**
   * Arguments: the options of an executor's JVM, the repository's folder, the workspace, a store's
   * name and the folder of the executors' libraries, once more the two.
   */
  public static void main(String[] arguments) {
    System.setProperty("codonloom.root", arguments[1]);
    for (int i = 3; i < arguments.length; i += 2) {
      embed(arguments[0], Path.of(arguments[2]), arguments[i], arguments[i + 1]);
    }
  }

  private static void embed(String options, Path workspace, String store, String libraries) {
    SparkConf conf =
        new SparkConf()
            .setMaster("local-cluster[2,1,1024]")
            .setAppName("a broken executor")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1")
            .set("spark.executor.memory", "1g")
            .set("spark.sql.shuffle.partitions", "2")
            .set("spark.scheduler.minRegisteredResourcesRatio", "1.0")
            .set("spark.locality.wait", "0")
            .set("spark.scheduler.excludeOnFailure.unschedulableTaskSetTimeout", "1s")
            .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .set(
                "spark.executor.extraJavaOptions",
                options + " -Donnxruntime.native.path=" + libraries + "/{{EXECUTOR_ID}}");
    ExecutorExclusion.settings(conf).forEach(conf::set);
    try (SparkSession spark = SparkSession.builder().config(conf).getOrCreate()) {
      Failures failures = new Failures();
      spark.sparkContext().addSparkListener(failures);
      try {
        proteins(workspace, store).embed("a");
        System.out.println("open: " + EncodersOnExecutors.open(spark));
      } catch (UserException e) {
        System.out.println("refused: " + e.getMessage());
      }
      spark.stop(); // The listener has heard everything then.
      failures.messages.forEach(message -> System.out.println("failed: " + message));
      System.out.println("excluded: " + new TreeSet<>(failures.excluded));
    }
  }

  /** One modality is enough, in many shards. */
  static EmbedFixture proteins(Path workspace, String store) {
    EmbedFixture fixture =
        new EmbedFixture(workspace).store(new Store(store, Dtype.FP16, SHARD_CODONS));
    fixture.encoders.keySet().retainAll(Set.of(Modality.PROTEIN));
    return fixture;
  }

  private static final class Failures extends SparkListener {
    final List<String> messages = new CopyOnWriteArrayList<>();
    final List<String> excluded = new CopyOnWriteArrayList<>();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd task) {
      if (task.reason() instanceof ExceptionFailure failure) {
        messages.add(failure.description());
      }
    }

    @Override
    public void onExecutorExcludedForStage(SparkListenerExecutorExcludedForStage executor) {
      excluded.add(executor.executorId());
    }
  }
}
