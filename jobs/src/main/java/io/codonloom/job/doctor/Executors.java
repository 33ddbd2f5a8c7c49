package io.codonloom.job.doctor;

import io.codonloom.config.Encoding;
import java.io.Serializable;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** The checks of a machine, made in every executor. */
final class Executors {
  private static final int ROUNDS = 5;
  private static final int PATIENCE_SECONDS = 180;
  private static final long TASK_MILLIS = 300;

  private Executors() {}

  /** What one executor says. */
  private record Answer(String executor, String host, List<Finding> findings)
      implements Serializable {}

  /** One line for each finding; executors that find the same share it. */
  static List<Finding> check(SparkSession spark, Encoding encoding)
      throws ExecutionException, InterruptedException {
    Map<String, Answer> answers = new TreeMap<>();
    for (int round = 0; round < ROUNDS && answers.size() < registered(spark); round++) {
      try {
        ask(spark, encoding).forEach(answer -> answers.put(answer.executor(), answer));
      } catch (TimeoutException e) {
        return List.of(
            Finding.problem(
                "executors",
                String.format(Locale.ROOT, "no answer within %d seconds", PATIENCE_SECONDS),
                "see in Spark's web page whether the cluster has the cores, memory and GPUs that are asked for"));
      }
    }
    List<Finding> findings = new ArrayList<>();
    findings.add(count(answers.size(), spark));
    Map<Finding, List<Answer>> places = new LinkedHashMap<>();
    for (Answer answer : answers.values()) {
      for (Finding finding : answer.findings()) {
        places.computeIfAbsent(finding, f -> new ArrayList<>()).add(answer);
      }
    }
    places.forEach((finding, where) -> findings.add(finding.at(place(where))));
    return findings;
  }

  private static Finding count(int answered, SparkSession spark) {
    int there = registered(spark);
    return answered < there
        ? Finding.warning(
            "executors",
            String.format(Locale.ROOT, "%d of %d answered", answered, there),
            "the others are busy or ended; try again")
        : Finding.ok("executors", String.format(Locale.ROOT, "%d answered", answered));
  }

  /** At least one, as the first job waits for it. */
  private static int registered(SparkSession spark) {
    int withDriver = spark.sparkContext().statusTracker().getExecutorInfos().length;
    return Math.max(1, withDriver - 1);
  }

  private static List<Answer> ask(SparkSession spark, Encoding encoding)
      throws ExecutionException, InterruptedException, TimeoutException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    int tasks = Math.max(context.defaultParallelism(), registered(spark));
    JavaFutureAction<List<Answer>> action =
        context
            .parallelize(Collections.nCopies(tasks, 0), tasks)
            .mapPartitions(rows -> List.of(answer(encoding)).iterator())
            .collectAsync();
    try {
      return action.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } finally {
      action.cancel(true);
    }
  }

  private static Answer answer(Encoding encoding) throws Exception {
    List<Finding> findings = Machine.check(encoding, true);
    // So that the next task goes to another executor.
    TimeUnit.MILLISECONDS.sleep(TASK_MILLIS);
    return new Answer(
        SparkEnv.get().executorId(),
        InetAddress.getLocalHost().getHostName(),
        new ArrayList<>(findings));
  }

  private static String place(List<Answer> where) {
    Answer first = where.get(0);
    return where.size() == 1
        ? "executor %s on %s".formatted(first.executor(), first.host())
        : String.format(Locale.ROOT, "%d executors", where.size());
  }
}
