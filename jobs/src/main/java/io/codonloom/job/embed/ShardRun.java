package io.codonloom.job.embed;

import io.codonloom.encoding.EncoderSpec;
import io.codonloom.job.Progress;
import io.codonloom.job.TaskFailure;
import io.codonloom.job.embed.PlannedShards.Shard;
import io.codonloom.store.ShardPlan;
import io.codonloom.workspace.TableColumns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/** Computes shards of one modality, one task each, and says how far it is. */
final class ShardRun {
  private static final Logger LOG = LoggerFactory.getLogger(ShardRun.class);

  private final SparkSession spark;
  private final Path store;
  private final EncoderSpec spec;
  private final List<Shard> pending;

  /**
   * @param pending in the order in which they start
   */
  ShardRun(SparkSession spark, Path store, EncoderSpec spec, List<Shard> pending) {
    this.spark = spark;
    this.store = store;
    this.spec = spec;
    this.pending = pending;
  }

  /**
   * @param texts modality, key, sequence of all inputs
   * @param eachSecond is called while the tasks run; what it throws stops them
   */
  List<ShardTask.Done> run(Dataset<Row> texts, Runnable eachSecond) throws IOException {
    List<String> names = new ArrayList<>(pending.stream().map(Shard::name).toList());
    Map<String, Integer> positions = new HashMap<>();
    names.forEach(name -> positions.put(name, positions.size()));
    Dataset<Row> inputs =
        PlannedShards.inputs(new ShardPlan(spark, store).inputs(), pending, texts)
            .select(ShardPlan.SHARD, TableColumns.KEY, TableColumns.SEQUENCE);
    long codons = pending.stream().mapToLong(Shard::codons).sum();
    LOG.info(
        "embed {}: {} codons to do in {} shards",
        spec.modality().id(),
        String.format(Locale.ROOT, "%,d", codons),
        names.size());
    Progress progress = new Progress("embed " + spec.modality().id(), codons, "codons");
    LongAccumulator codonsDone = spark.sparkContext().longAccumulator();
    Configuration conf = spark.sparkContext().hadoopConfiguration();
    Broadcast<SerializableConfiguration> broadcast =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .broadcast(new SerializableConfiguration(conf));
    try {
      JavaFutureAction<List<ShardTask.Done>> action =
          inputs
              .toJavaRDD()
              .mapToPair(
                  row ->
                      new Tuple2<>(
                          positions.get(row.getString(0)),
                          new Tuple2<>(row.getString(1), row.getString(2))))
              .partitionBy(new ByPosition(names.size()))
              .values()
              .mapPartitions(new ShardTask(spec, store, names, broadcast, codonsDone))
              .collectAsync();
      return await(
          action,
          () -> {
            progress.update(codonsDone.value());
            eachSecond.run();
          });
    } finally {
      broadcast.destroy();
    }
  }

  private static <T> T await(JavaFutureAction<T> action, Runnable eachSecond) {
    boolean ended = false;
    try {
      while (true) {
        try {
          T result = action.get(1, TimeUnit.SECONDS);
          ended = true;
          return result;
        } catch (TimeoutException e) {
          eachSecond.run();
        }
      }
    } catch (ExecutionException e) {
      ended = true;
      throw TaskFailure.of(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      if (!ended) {
        action.cancel(true);
      }
    }
  }

  /** Sends each shard to the partition of its position. */
  private static final class ByPosition extends Partitioner {
    private static final long serialVersionUID = 1L;
    private final int partitions;

    ByPosition(int partitions) {
      this.partitions = partitions;
    }

    @Override
    public int numPartitions() {
      return partitions;
    }

    @Override
    public int getPartition(Object position) {
      return (Integer) position;
    }
  }
}
