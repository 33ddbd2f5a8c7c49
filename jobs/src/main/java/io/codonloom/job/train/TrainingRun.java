package io.codonloom.job.train;

import com.fasterxml.jackson.core.type.TypeReference;
import io.codonloom.UserException;
import io.codonloom.config.Training;
import io.codonloom.fusion.FusionNetwork;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.Optimizer;
import io.codonloom.metric.Bootstrap;
import io.codonloom.model.ModelDescription;
import io.codonloom.model.ModelFile;
import io.codonloom.model.Preprocessing;
import io.codonloom.model.TrainingData;
import io.codonloom.sequence.Modality;
import io.codonloom.training.EarlyStopping;
import io.codonloom.training.Epoch;
import io.codonloom.training.TrainingState;
import io.codonloom.workspace.CodeVersion;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.TableReader;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One training from its table of rows to its results; see {@link TrainJob}. */
final class TrainingRun {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

  /** More do not draw samples faster by much, and each needs memory. */
  private static final int MOST_THREADS = 8;

  private final SparkSession spark;
  private final RunFolder folder;
  private final Optional<TrainingState> state;
  private final VectorSource source;
  private final Training training;
  private final FusionSettings network;
  private final JavaSparkContext context;
  private final int workers;

  /**
   * @param state of the same training, to go on from
   */
  TrainingRun(
      SparkSession spark,
      RunFolder folder,
      Optional<TrainingState> state,
      VectorSource source,
      Training training,
      FusionSettings network) {
    this.spark = spark;
    this.folder = folder;
    this.state = state;
    this.source = source;
    this.training = training;
    this.network = network;
    this.context = new JavaSparkContext(spark.sparkContext());
    int asked = training.workers() > 0 ? training.workers() : context.defaultParallelism();
    this.workers = state.map(found -> found.facts().workers()).orElse(asked);
  }

  /**
   * Trains, predicts and writes everything but the manifest, whose counts it returns.
   *
   * @param unit what the split keeps together
   */
  Map<String, Object> train(
      SortedSet<Modality> modalities,
      io.codonloom.config.Dataset dataset,
      String unit,
      CovariateTable covariates,
      Preprocessing reading)
      throws IOException {
    Dataset<Row> table = TableReader.read(spark, folder.examples());
    TrainingRows rows = new TrainingRows(table, dataset.classes(), training.classWeights());
    TrainingContext shared = context(table, modalities, rows);
    ComputationGraph graph =
        new ComputationGraph(
            FusionNetwork.configuration(
                network,
                shared.dims(),
                rows.target(),
                new Optimizer(
                    training.optimizer(), training.learningRate(), training.weightDecay()),
                training.seed()));
    graph.init();
    LOG.info(
        "train {}: rows {}, {} parameters, {} workers",
        folder.name(),
        rows.counts().toString().replaceAll("[{}]", "").replace("=", " "),
        graph.params().length(),
        workers);

    Evaluation evaluation =
        new Evaluation(context, shared, rows.codons(), training.batchSize(), workers);
    LossGuard guard = new LossGuard(folder, table);
    AveragingTrainer trainer =
        new AveragingTrainer(context, shared, training, workers, guard, graph);
    ModelDescription description =
        new ModelDescription(
            ModelFile.FORMAT,
            CodeVersion.current(),
            dataset.labelName(),
            dataset.classes(),
            network,
            shared.dims(),
            shared.scaling(),
            reading,
            source.encoders(modalities),
            Manifest.JSON.convertValue(training, new TypeReference<Map<String, Object>>() {}),
            new TrainingData(
                dataset.name(), DataFingerprint.of(table), new TreeMap<>(rows.counts())));
    Fitting fitting = new Fitting(folder, training, workers, rows, trainer, evaluation, guard);
    List<Epoch> history;
    try {
      history = fitting.run(graph, state);
    } catch (UserException e) {
      if (!fitting.history().isEmpty()) {
        folder.write(folder.lastGoodModel(), out -> ModelFile.write(out, description, graph));
      }
      throw e;
    }

    PredictionTable predictions = new PredictionTable(spark, folder.file("predictions"));
    Broadcast<float[]> parameters = evaluation.broadcast(graph);
    predictions.write(
        evaluation.predictions(parameters, IntStream.range(0, rows.size())),
        table,
        network.weighsModalities() ? List.copyOf(modalities) : List.of());
    parameters.destroy();
    int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    Bootstrap bootstrap = new Bootstrap(training.bootstrapSamples(), training.seed(), threads);
    folder.writeJson(
        "metrics.json",
        predictions.scores(rows.counts(), rows.target().classes(), unit, covariates, bootstrap));
    folder.write(folder.file("model.safetensors"), out -> ModelFile.write(out, description, graph));

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

  private TrainingContext context(
      Dataset<Row> table, SortedSet<Modality> modalities, TrainingRows rows) throws IOException {
    VectorSource.Place place = source.place(table, modalities);
    return new TrainingContext(
        new SerializableConfiguration(conf()),
        folder.name() + "-" + context.sc().applicationId() + "-" + System.nanoTime(),
        folder.examples().toString(),
        rows.size(),
        place.store(),
        place.storeId(),
        place.shards(),
        place.dims(),
        network,
        rows.target(),
        rows.scaling(),
        training.seed());
  }

  private Configuration conf() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
