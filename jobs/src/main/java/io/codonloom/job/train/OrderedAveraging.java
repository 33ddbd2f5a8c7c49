package io.codonloom.job.train;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.Partitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.api.WorkerConfiguration;
import org.deeplearning4j.spark.api.worker.NetBroadcastTuple;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingResult;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingWorker;
import scala.Function2;
import scala.Tuple2;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/**
 * Deeplearning4j's parameter averaging with sums in the order of the workers. In each round every
 * worker starts from the same parameters and updater state, and afterwards both become the plain
 * means over the workers. The state is Adam's two moments of each parameter: the mean of the first
 * moments is that of the mean gradient, the mean of the second ones is not, as each worker squares
 * the gradients of its own batches. The iteration count, of which Adam's bias correction is made,
 * is that of one worker and not the sum.
 *
 * <p>What differs: Deeplearning4j adds up in the order in which workers happen to end, so that
 * three or more give other last digits each time, and leaves the broadcast of every round to the
 * executors, where this takes it back.
 */
final class OrderedAveraging extends ParameterAveragingTrainingMaster {
  /** With more workers than this they are first added up in groups, on the executors. */
  private static final int ADDED_BY_DRIVER = 6;

  private Broadcast<NetBroadcastTuple> broadcast;

  OrderedAveraging(Builder settings) {
    super(settings);
  }

  @Override
  public ParameterAveragingTrainingWorker getWorkerInstance(SparkComputationGraph graph) {
    ComputationGraph network = graph.getNetwork();
    broadcast =
        graph
            .getSparkContext()
            .broadcast(
                new NetBroadcastTuple(
                    network.getConfiguration(),
                    network.params(),
                    network.getUpdater().getStateViewArray()));
    WorkerConfiguration configuration =
        new WorkerConfiguration(
            true,
            rddDataSetNumExamples,
            batchSizePerWorker,
            averagingFrequency,
            prefetchNumBatches,
            false);
    return new ParameterAveragingTrainingWorker(
        broadcast, saveUpdater, configuration, trainingHookList, listeners, null);
  }

  @Override
  protected void processResults(
      SparkDl4jMultiLayer none,
      SparkComputationGraph graph,
      JavaRDD<ParameterAveragingTrainingResult> results,
      int split,
      int splits) {
    try {
      WorkerSum sum = sum(results.map(WorkerSum::of));
      sum.average();
      graph.getNetwork().setParams(sum.parameters());
      graph.getNetwork().getUpdater().setStateViewArray(sum.updater());
      sum.close();
    } finally {
      broadcast.destroy();
    }
  }

  private static WorkerSum sum(JavaRDD<WorkerSum> workers) {
    int count = workers.getNumPartitions();
    JavaRDD<WorkerSum> sums =
        count > ADDED_BY_DRIVER ? inGroups(workers, (int) Math.ceil(Math.sqrt(count))) : workers;
    InOrder inOrder = new InOrder();
    sums.rdd()
        .sparkContext()
        .runJob(
            sums.rdd(),
            (Function2<TaskContext, scala.collection.Iterator<WorkerSum>, WorkerSum> & Serializable)
                (task, iterator) -> iterator.next(),
            (partition, sum) -> {
              inOrder.add((Integer) partition, sum);
              return BoxedUnit.UNIT;
            },
            ClassTag$.MODULE$.apply(WorkerSum.class));
    return inOrder.sum;
  }

  /** Adds up as soon as the next one in order is there, so that few are held at once. */
  private static final class InOrder {
    private final TreeMap<Integer, WorkerSum> waiting = new TreeMap<>();
    private int next;
    private WorkerSum sum;

    synchronized void add(int partition, WorkerSum one) {
      waiting.put(partition, one);
      while (!waiting.isEmpty() && waiting.firstKey() == next) {
        WorkerSum first = waiting.pollFirstEntry().getValue();
        sum = sum == null ? first : sum.add(first);
        next++;
      }
    }
  }

  private static JavaRDD<WorkerSum> inGroups(JavaRDD<WorkerSum> workers, int size) {
    int groups = (workers.getNumPartitions() + size - 1) / size;
    return workers
        .mapPartitionsWithIndex(
            (index, sums) -> Stream.of(new Tuple2<>(index, sums.next())).iterator(), true)
        .mapToPair(indexed -> indexed)
        .partitionBy(new Groups(groups, size))
        .mapPartitions(
            group -> {
              Iterable<Tuple2<Integer, WorkerSum>> all = () -> group;
              List<WorkerSum> sorted =
                  StreamSupport.stream(all.spliterator(), false)
                      .sorted(Comparator.comparingInt(Tuple2::_1))
                      .map(Tuple2::_2)
                      .toList();
              return Stream.of(sorted.stream().reduce(WorkerSum::add).orElseThrow()).iterator();
            });
  }

  private static final class Groups extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int groups;
    private final int size;

    Groups(int groups, int size) {
      this.groups = groups;
      this.size = size;
    }

    @Override
    public int numPartitions() {
      return groups;
    }

    @Override
    public int getPartition(Object key) {
      return (Integer) key / size;
    }
  }
}
