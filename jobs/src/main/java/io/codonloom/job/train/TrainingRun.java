package io.codonloom.job.train;

import static org.apache.spark.sql.functions.col;

import io.codonloom.UserException;
import io.codonloom.config.Training;
import io.codonloom.fusion.FusionNetwork;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.Optimizer;
import io.codonloom.fusion.Target;
import io.codonloom.job.Progress;
import io.codonloom.sequence.Modality;
import io.codonloom.table.CodeVersion;
import io.codonloom.table.EmbeddingShard;
import io.codonloom.table.Manifest;
import io.codonloom.table.WholeFile;
import io.codonloom.table.Workspace;
import io.codonloom.training.BatchPlan;
import io.codonloom.training.Bootstrap;
import io.codonloom.training.EarlyStopping;
import io.codonloom.training.Epoch;
import io.codonloom.training.ModelDescription;
import io.codonloom.training.ModelFile;
import io.codonloom.training.PlateauSchedule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.NetworkUtils;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One training from its table of rows to its results; see {@link TrainJob}. */
final class TrainingRun {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

  private final SparkSession spark;
  private final Workspace workspace;
  private final Path folder;
  private final String run;
  private final String store;
  private final String storeId;
  private final Training training;
  private final FusionSettings network;
  private final JavaSparkContext context;
  private final int workers;

  TrainingRun(
      SparkSession spark,
      Workspace workspace,
      String run,
      String store,
      String storeId,
      Training training,
      FusionSettings network) {
    this.spark = spark;
    this.workspace = workspace;
    this.folder = workspace.run(run);
    this.run = run;
    this.store = store;
    this.storeId = storeId;
    this.training = training;
    this.network = network;
    this.context = new JavaSparkContext(spark.sparkContext());
    this.workers = training.workers() > 0 ? training.workers() : context.defaultParallelism();
  }

  /** Trains, predicts and writes everything but the manifest, whose counts it returns. */
  Map<String, Object> train(Path examples, SortedSet<Modality> modalities, String labelName)
      throws IOException {
    Dataset<Row> table = spark.read().parquet(examples.toString());
    TrainingRows rows = new TrainingRows(table, training.split());
    TrainingContext shared = context(examples, table, modalities, rows);
    ComputationGraph graph =
        new ComputationGraph(
            FusionNetwork.configuration(
                network,
                shared.dims(),
                Target.REGRESSION,
                new Optimizer(
                    training.optimizer(), training.learningRate(), training.weightDecay()),
                training.seed()));
    graph.init();
    LOG.info(
        "train {}: rows {}, {} parameters, {} workers",
        run,
        rows.counts().toString().replaceAll("[{}]", "").replace("=", " "),
        graph.params().length(),
        workers);

    Evaluation evaluation =
        new Evaluation(context, shared, rows.codons(), training.batchSize(), workers);
    List<Epoch> history = fit(graph, shared, rows, evaluation);

    PredictionTable predictions = new PredictionTable(spark, new Path(folder, "predictions"));
    Broadcast<float[]> parameters = evaluation.broadcast(graph);
    predictions.write(
        evaluation.forecasts(parameters, IntStream.range(0, rows.size())),
        table,
        network.weighsModalities() ? List.copyOf(modalities) : List.of());
    parameters.destroy();
    Bootstrap bootstrap = new Bootstrap(training.bootstrapSamples(), training.seed());
    write("metrics.json", predictions.scores(rows.counts(), bootstrap));
    ModelDescription description =
        new ModelDescription(
            ModelFile.FORMAT,
            CodeVersion.current(),
            labelName,
            List.of(),
            network,
            shared.dims(),
            shared.scaling(),
            EncoderFacts.encoders(
                EncoderFacts.read(conf(), workspace.embeddings(store)), modalities));
    WholeFile.write(
        conf(),
        new Path(folder, "model.safetensors"),
        out -> ModelFile.write(out, description, graph));

    Map<String, Object> counts = new TreeMap<>();
    counts.put("rows", rows.counts());
    counts.put("parameters", graph.params().length());
    counts.put("workers", workers);
    counts.put("epochs", history.size());
    counts.put("bestEpoch", best(history));
    return counts;
  }

  private static int best(List<Epoch> history) {
    EarlyStopping stopping = new EarlyStopping(history.size() + 1);
    history.forEach(epoch -> stopping.isBest(epoch.epoch(), epoch.validationLoss()));
    return stopping.bestEpoch();
  }

  /** Trains until early stopping or the last epoch; the graph then has the best epoch's numbers. */
  private List<Epoch> fit(
      ComputationGraph graph, TrainingContext shared, TrainingRows rows, Evaluation evaluation)
      throws IOException {
    AveragingTrainer trainer = new AveragingTrainer(context, shared, training, workers, graph);
    int[] trainRows = rows.of(TrainingRows.TRAIN).toArray();
    BatchPlan plan = new BatchPlan(trainRows, rows.codons(), training.batchSize());
    EarlyStopping stopping = new EarlyStopping(training.patience());
    PlateauSchedule schedule =
        new PlateauSchedule(
            training.learningRate(), training.plateauFactor(), training.plateauPatience());
    double rate = training.learningRate();
    INDArray best = graph.params().dup();
    List<Epoch> history = new ArrayList<>();
    long start = System.nanoTime();
    for (int number = 1; number <= training.epochs() && !stopping.shouldStop(); number++) {
      long started = System.nanoTime();
      AveragingTrainer.Result steps = trainer.epoch(plan, number);
      Evaluation.Result result = evaluation.of(graph, rows.of(TrainingRows.VALIDATION));
      requireFinite(result.loss(), number);
      if (stopping.isBest(number, result.loss())) {
        best.assign(graph.params());
      }
      Epoch epoch =
          new Epoch(
              number,
              steps.loss(),
              result.loss(),
              result.spearman(),
              rate,
              result.entropy(),
              (System.nanoTime() - started) / 1e9,
              steps.averagingSeconds());
      history.add(epoch);
      write("history.json", history);
      LOG.info("{}", line(epoch, trainRows.length, (System.nanoTime() - start) / 1e9));
      double next = schedule.next(result.loss());
      if (next != rate) {
        NetworkUtils.setLearningRate(graph, next);
        rate = next;
      }
    }
    graph.setParams(best);
    return history;
  }

  private void requireFinite(double loss, int epoch) {
    if (!Double.isFinite(loss)) {
      throw new UserException(
          "%s: the validation loss became %s in epoch %d; lower training.learning-rate"
              .formatted(run, loss, epoch));
    }
  }

  private String line(Epoch epoch, int rows, double elapsed) {
    return String.format(
        Locale.ROOT,
        "train %s: epoch %d of %d, loss %.4f, validation %.4f, Spearman %.3f, %.0f rows/s, at most %s left",
        run,
        epoch.epoch(),
        training.epochs(),
        epoch.trainLoss(),
        epoch.validationLoss(),
        epoch.validationScore(),
        rows / epoch.seconds(),
        Progress.duration(elapsed / epoch.epoch() * (training.epochs() - epoch.epoch())));
  }

  private TrainingContext context(
      Path examples, Dataset<Row> table, SortedSet<Modality> modalities, TrainingRows rows)
      throws IOException {
    Map<Modality, List<String>> shards = new TreeMap<>();
    TreeMap<Modality, Integer> dims = new TreeMap<>();
    for (Modality modality : modalities) {
      List<String> names =
          table
              .select(ExampleTable.shard(modality))
              .distinct()
              .orderBy(col(ExampleTable.shard(modality)))
              .toJavaRDD()
              .map(row -> row.getString(0))
              .collect();
      shards.put(modality, new ArrayList<>(names));
      dims.put(modality, dim(modality, names.get(0)));
    }
    return new TrainingContext(
        new SerializableConfiguration(conf()),
        run + "-" + context.sc().applicationId() + "-" + System.nanoTime(),
        examples.toString(),
        rows.size(),
        workspace.embeddings(store).toString(),
        storeId,
        shards,
        dims,
        network,
        rows.scaling(),
        training.seed());
  }

  private int dim(Modality modality, String shard) {
    Path file = EmbeddingShard.file(workspace.embeddings(store), modality, shard);
    return spark.read().parquet(file.toString()).select("dim").first().getInt(0);
  }

  private void write(String name, Object content) throws IOException {
    String json = Manifest.JSON.writeValueAsString(content) + "\n";
    WholeFile.writeText(conf(), new Path(folder, name), json);
  }

  private Configuration conf() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
