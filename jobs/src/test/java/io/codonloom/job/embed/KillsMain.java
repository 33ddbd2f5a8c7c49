package io.codonloom.job.embed;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.SparkSession;

/** Embeds on a Spark cluster of two executor JVMs; kills its running tasks when it is told to. */
final class KillsMain {
  /** A file of this name in the workspace is the order to kill the running tasks. */
  static final String KILL_TASKS = "kill-tasks";

  private KillsMain() {}

  /** Arguments: the options of an executor's JVM, the workspace's folder, the repository's. */
  public static void main(String[] arguments) throws Exception {
    System.setProperty("codonloom.root", arguments[2]);
    SparkConf conf =
        new SparkConf()
            .setMaster("local-cluster[2,1,1024]")
            .setAppName("kills")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1")
            .set("spark.executor.memory", "1g")
            .set("spark.sql.shuffle.partitions", "2")
            .set("spark.scheduler.minRegisteredResourcesRatio", "1.0")
            .set("spark.locality.wait", "0")
            .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .set("spark.executor.extraJavaOptions", arguments[0]);
    Path folder = Path.of(arguments[1]);
    try (SparkSession spark = SparkSession.builder().config(conf).getOrCreate()) {
      Killer killer = new Killer(spark.sparkContext(), folder.resolve(KILL_TASKS));
      spark.sparkContext().addSparkListener(killer);
      Thread thread = new Thread(killer::waitAndKill);
      thread.setDaemon(true);
      thread.start();
      new EmbedFixture(folder).embed("a");
      System.out.println("embedded");
    }
  }

  private static final class Killer extends SparkListener {
    private final SparkContext context;
    private final Path order;
    private final Set<Long> running = ConcurrentHashMap.newKeySet();

    Killer(SparkContext context, Path order) {
      this.context = context;
      this.order = order;
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart task) {
      running.add(task.taskInfo().taskId());
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd task) {
      running.remove(task.taskInfo().taskId());
    }

    void waitAndKill() {
      try {
        int killed = 0;
        while (killed == 0) {
          Thread.sleep(2);
          if (Files.exists(order)) {
            for (long task : running) {
              killed += context.killTaskAttempt(task, true, "a test") ? 1 : 0;
            }
          }
        }
        System.out.println("killed tasks: " + killed);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
