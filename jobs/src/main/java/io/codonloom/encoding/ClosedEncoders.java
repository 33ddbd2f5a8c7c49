package io.codonloom.encoding;

import io.codonloom.device.ExecutorPlace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag$;

/** Closes encoders in the JVMs that opened them, so that the next stage has their memory. */
public final class ClosedEncoders {
  private static final Logger LOG = LoggerFactory.getLogger(ClosedEncoders.class);

  /** How often an executor is asked: Spark sends a task elsewhere where one is busy. */
  private static final int ROUNDS = 3;

  private ClosedEncoders() {}

  /**
   * Closes them in this JVM and on all executors. One that was not reached closes its own when it
   * opens others.
   */
  public static void everywhere(SparkSession spark) {
    OpenEncoders.close();
    List<ExecutorPlace> left = new ArrayList<>();
    try {
      left.addAll(ExecutorPlace.all());
      for (int round = 0; round < ROUNDS && !left.isEmpty(); round++) {
        Set<String> reached = close(spark.sparkContext(), left);
        left.removeIf(place -> reached.contains(place.id()));
      }
    } catch (RuntimeException e) { // What the encoders have made is there: nothing is lost.
      LOG.warn("encoders may stay open on {}: {}", left, e.toString());
    }
  }

  /** One task for each executor; gives the ids of those where they ran. */
  private static Set<String> close(SparkContext context, List<ExecutorPlace> places) {
    List<Tuple2<String, Seq<String>>> tasks = new ArrayList<>();
    for (ExecutorPlace place : places) {
      tasks.add(
          new Tuple2<>(
              place.id(), JavaConverters.asScalaBuffer(List.of(place.location())).toSeq()));
    }
    return new HashSet<>(
        context
            .makeRDD(
                JavaConverters.asScalaBuffer(tasks).toSeq(), ClassTag$.MODULE$.apply(String.class))
            .toJavaRDD()
            .map(
                place -> {
                  OpenEncoders.close();
                  return ExecutorPlace.here().id();
                })
            .collect());
  }
}
