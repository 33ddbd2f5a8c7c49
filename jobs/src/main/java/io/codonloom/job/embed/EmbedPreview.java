package io.codonloom.job.embed;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sum;

import io.codonloom.config.EncoderConfig;
import io.codonloom.config.Encoding;
import io.codonloom.config.Store;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.encoding.ClosedEncoders;
import io.codonloom.encoding.EncoderSpec;
import io.codonloom.job.embed.EmbedEstimate.Todo;
import io.codonloom.job.embed.PlannedShards.Shard;
import io.codonloom.sequence.Modality;
import io.codonloom.store.Quarantine;
import io.codonloom.store.ShardPlan;
import io.codonloom.store.StoreIdentity;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.Workspace;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * Works out what {@link EmbedJob} would do, with the same plan of shards, and how long that takes.
 * The workspace stays as it is.
 */
public final class EmbedPreview {
  private final SparkSession spark;
  private final Map<Modality, EncoderConfig> encoders;
  private final Store store;
  private final Encoding encoding;
  private final Path folder;
  private final DistinctTexts inputs;

  /** See {@link EmbedJob}. */
  public EmbedPreview(
      SparkSession spark,
      Workspace workspace,
      Map<Modality, EncoderConfig> encoders,
      Store store,
      Encoding encoding,
      String dataset) {
    this.spark = spark;
    this.encoders = new TreeMap<>(encoders);
    this.store = store;
    this.encoding = encoding;
    this.folder = workspace.embeddings(store.name());
    this.inputs = new DistinctTexts(spark, workspace, this.encoders.keySet(), List.of(dataset));
  }

  /**
   * Works it out.
   *
   * @param sequences what the dataset's partitions of the sequences table would hold; empty where
   *     they are there
   * @param trialSeconds how long each encoder is measured
   * @throws io.codonloom.UserException where {@link EmbedJob#run} would throw one before it starts
   */
  public Map<Modality, EmbedEstimate> run(Optional<Dataset<Row>> sequences, double trialSeconds)
      throws IOException {
    Map<Modality, EncoderSpec> specs = new TreeMap<>();
    Map<String, SortedMap<String, String>> identity = new TreeMap<>();
    for (Map.Entry<Modality, EncoderConfig> encoder : encoders.entrySet()) {
      EncoderSpec spec =
          EncoderSpec.of(conf(), encoder.getKey(), encoder.getValue(), store, encoding);
      specs.put(encoder.getKey(), spec);
      identity.put(encoder.getKey().id(), spec.storeFingerprint());
    }
    StoreIdentity.check(conf(), folder, identity);
    Dataset<Row> texts = sequences.isPresent() ? inputs.textsWith(sequences.get()) : inputs.texts();
    texts.persist(StorageLevel.MEMORY_AND_DISK());
    try {
      ShardPlan plan = ShardPlan.rehearsal(spark, folder);
      PlannedShards shards = PlannedShards.plan(plan, texts, store, encoding, conf(), folder);
      Map<Modality, EmbedEstimate> estimates = new TreeMap<>();
      for (EncoderSpec spec : specs.values()) {
        Modality modality = spec.modality();
        List<Shard> pending = shards.pending(modality);
        Dataset<Row> waiting = PlannedShards.inputs(plan.inputs(), pending, texts);
        Todo todo = todo(spec, pending, waiting, trialSeconds);
        Dataset<Row> wanted =
            texts
                .where(col(TableColumns.MODALITY).equalTo(modality.id()))
                .where(col(DistinctTexts.WANTED).equalTo(1));
        estimates.put(
            modality,
            estimate(
                shards.of(modality), pending, wanted, quarantined(wanted, plan.inputs()), todo));
      }
      return estimates;
    } finally {
      texts.unpersist();
      ClosedEncoders.everywhere(spark);
    }
  }

  /** How many wanted inputs have no embedding though their shard is stored. */
  private long quarantined(Dataset<Row> wanted, Dataset<Row> planned) throws IOException {
    Quarantine quarantine = new Quarantine(spark, folder);
    String[] key = {TableColumns.MODALITY, TableColumns.KEY};
    return quarantine.isEmpty()
        ? 0
        : quarantine.inputs(planned).join(wanted, key, "left_semi").count();
  }

  private static EmbedEstimate estimate(
      List<Shard> all, List<Shard> pending, Dataset<Row> wanted, long quarantined, Todo todo) {
    Row rows = wanted.agg(sum(DistinctTexts.ROWS)).first();
    long inputs = all.stream().mapToLong(Shard::wanted).sum();
    return new EmbedEstimate(
        rows.isNullAt(0) ? 0 : rows.getLong(0),
        inputs,
        inputs - quarantined - pending.stream().mapToLong(Shard::wanted).sum(),
        quarantined,
        all.stream().mapToLong(Shard::wantedCodons).sum(),
        all.size(),
        todo);
  }

  private Todo todo(
      EncoderSpec spec, List<Shard> pending, Dataset<Row> waiting, double trialSeconds)
      throws IOException {
    if (pending.isEmpty()) {
      return new Todo(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }
    Checkpoint checkpoint = Checkpoint.open(spec.files().local(conf()));
    SortedMap<Integer, Long> lengths = new TreeMap<>();
    for (Row row : waiting.groupBy(TableColumns.N_CODONS).count().collectAsList()) {
      lengths.put(row.getInt(0), row.getLong(1));
    }
    Workload work = new Workload(checkpoint, spec.windows(), lengths);
    int tasks = tasks();
    ShardPace pace = ShardPace.measure(spec, waiting, work.bands(), trialSeconds, tasks);
    return work.counts(pending.size(), pace.bytesPerCodon(), pace.seconds(pending, tasks));
  }

  /** How many tasks Spark runs side by side: as many as it has cores for, and GPUs. */
  public int tasks() {
    SparkContext context = spark.sparkContext();
    SparkConf settings = context.conf();
    int cores = context.defaultParallelism();
    int tasks = Math.max(1, cores / settings.getInt("spark.task.cpus", 1));
    double gpus = settings.getDouble("spark.executor.resource.gpu.amount", 0);
    double gpusOfTask = settings.getDouble("spark.task.resource.gpu.amount", 0);
    if (gpus == 0 || gpusOfTask == 0) {
      return tasks;
    }
    int executors = Math.max(1, cores / settings.getInt("spark.executor.cores", cores));
    return Math.max(1, Math.min(tasks, (int) (executors * gpus / gpusOfTask)));
  }

  private Configuration conf() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
