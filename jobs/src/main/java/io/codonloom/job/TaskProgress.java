package io.codonloom.job;

import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** Says how far Spark's own stages are while a job runs that has no better count of its own. */
public final class TaskProgress extends SparkListener {
  private final SparkContext context;
  private final String what;
  private final Map<Integer, Progress> stages = new HashMap<>();
  private final Map<Integer, Long> done = new HashMap<>();

  private TaskProgress(SparkContext context, String what) {
    this.context = context;
    this.what = what;
  }

  /** Watches the context until it is closed. */
  public static TaskProgress watch(SparkContext context, String what) {
    TaskProgress progress = new TaskProgress(context, what);
    context.addSparkListener(progress);
    return progress;
  }

  @Override
  public synchronized void onStageSubmitted(SparkListenerStageSubmitted submitted) {
    int stage = submitted.stageInfo().stageId();
    stages.put(stage, new Progress(what, submitted.stageInfo().numTasks(), "tasks"));
    done.put(stage, 0L);
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd task) {
    Progress progress = stages.get(task.stageId());
    if (progress != null && task.reason() == org.apache.spark.Success$.MODULE$) {
      progress.update(done.merge(task.stageId(), 1L, Long::sum));
    }
  }

  @Override
  public synchronized void onStageCompleted(SparkListenerStageCompleted completed) {
    stages.remove(completed.stageInfo().stageId());
    done.remove(completed.stageInfo().stageId());
  }

  /** Stops watching. */
  public void close() {
    context.removeSparkListener(this);
  }
}
