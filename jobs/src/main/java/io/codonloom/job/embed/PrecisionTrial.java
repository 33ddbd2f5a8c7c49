package io.codonloom.job.embed;

import static org.apache.spark.sql.functions.col;

import io.codonloom.device.TaskDevice;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.encoder.Precision;
import io.codonloom.encoder.engine.PrecisionError;
import io.codonloom.encoding.EncoderSpec;
import io.codonloom.job.embed.PlannedShards.Shard;
import io.codonloom.store.ShardPlan;
import io.codonloom.workspace.TableColumns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far an encoder in a lower precision is from itself in single precision on a job's inputs. */
public final class PrecisionTrial {
  private static final Logger LOG = LoggerFactory.getLogger(PrecisionTrial.class);

  /** How many inputs are read twice. */
  private static final int TEXTS = 8;

  private PrecisionTrial() {}

  /**
   * Measures it in one task, on the device that Spark gives it, and says what it found.
   *
   * @param pending shards of this modality
   * @param texts modality, key, sequence of all inputs
   * @return nothing in single precision, or where no input waits
   */
  public static Optional<PrecisionError> run(
      SparkSession spark, Path store, EncoderSpec spec, List<Shard> pending, Dataset<Row> texts)
      throws IOException {
    if (spec.settings().precision() == Precision.FP32 || pending.isEmpty()) {
      return Optional.empty();
    }
    // Keys are hashes: the first ones are as good as any.
    List<String> some =
        PlannedShards.inputs(new ShardPlan(spark, store).inputs(), pending, texts)
            .orderBy(col(TableColumns.KEY))
            .limit(TEXTS)
            .select(TableColumns.SEQUENCE)
            .collectAsList()
            .stream()
            .map(row -> row.getString(0))
            .toList();
    if (some.isEmpty()) {
      return Optional.empty();
    }
    SerializableConfiguration conf =
        new SerializableConfiguration(spark.sparkContext().hadoopConfiguration());
    PrecisionError error =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(some, 1)
            .glom()
            .map(all -> measure(spec, conf.value(), all))
            .first();
    LOG.info(
        "embed {}: {} against fp32: {}",
        spec.modality().id(),
        spec.settings().precision().id(),
        error.summary());
    return Optional.of(error);
  }

  private static PrecisionError measure(EncoderSpec spec, Configuration conf, List<String> texts) {
    try {
      return PrecisionError.measure(
          Checkpoint.open(spec.files().local(conf)),
          spec.settings(),
          TaskDevice.of(spec.encoding()),
          texts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
