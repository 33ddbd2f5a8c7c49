package io.codonloom.job.train;

import static org.apache.spark.sql.functions.col;

import io.codonloom.config.Training;
import io.codonloom.fusion.FusionNetwork;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.Optimizer;
import io.codonloom.sequence.Modality;
import io.codonloom.table.CodeVersion;
import io.codonloom.table.EmbeddingShard;
import io.codonloom.table.WholeFile;
import io.codonloom.table.Workspace;
import io.codonloom.training.Bootstrap;
import io.codonloom.training.EarlyStopping;
import io.codonloom.training.Epoch;
import io.codonloom.training.ModelDescription;
import io.codonloom.training.ModelFile;
import io.codonloom.training.Reading;
import io.codonloom.training.TrainingState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One training from its table of rows to its results; see {@link TrainJob}. */
final class TrainingRun {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

  private final SparkSession spark;
  private final Workspace workspace;
  private final RunFolder folder;
  private final Optional<TrainingState> state;
  private final String run;
  private final String store;
  private final String storeId;
  private final Training training;
  private final FusionSettings network;
  private final JavaSparkContext context;
  private final int workers;

  /**
   * @param state of the same training, to go on from
   */
  TrainingRun(
      SparkSession spark,
      Workspace workspace,
      String run,
      RunFolder folder,
      Optional<TrainingState> state,
      String store,
      String storeId,
      Training training,
      FusionSettings network) {
    this.spark = spark;
    this.workspace = workspace;
    this.run = run;
    this.folder = folder;
    this.state = state;
    this.store = store;
    this.storeId = storeId;
    this.training = training;
    this.network = network;
    this.context = new JavaSparkContext(spark.sparkContext());
    int asked = training.workers() > 0 ? training.workers() : context.defaultParallelism();
    this.workers = state.map(found -> found.facts().workers()).orElse(asked);
  }

  /** Trains, predicts and writes everything but the manifest, whose counts it returns. */
  Map<String, Object> train(
      SortedSet<Modality> modalities, io.codonloom.config.Dataset dataset, Reading reading)
      throws IOException {
    Dataset<Row> table = spark.read().parquet(folder.examples().toString());
    TrainingRows rows =
        new TrainingRows(table, training.split(), dataset.classes(), training.classWeights());
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
        run,
        rows.counts().toString().replaceAll("[{}]", "").replace("=", " "),
        graph.params().length(),
        workers);

    Evaluation evaluation =
        new Evaluation(context, shared, rows.codons(), training.batchSize(), workers);
    LossGuard guard = new LossGuard(run, table);
    AveragingTrainer trainer =
        new AveragingTrainer(context, shared, training, workers, guard, graph);
    List<Epoch> history =
        new Fitting(folder, training, workers, rows, trainer, evaluation, guard).run(graph, state);

    PredictionTable predictions = new PredictionTable(spark, folder.file("predictions"));
    Broadcast<float[]> parameters = evaluation.broadcast(graph);
    predictions.write(
        evaluation.forecasts(parameters, IntStream.range(0, rows.size())),
        table,
        network.weighsModalities() ? List.copyOf(modalities) : List.of());
    parameters.destroy();
    Bootstrap bootstrap = new Bootstrap(training.bootstrapSamples(), training.seed());
    folder.writeJson(
        "metrics.json",
        predictions.scores(
            rows.counts(),
            rows.target().classes(),
            new CovariateTable(spark, workspace, dataset),
            bootstrap));
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
            EncoderFacts.encoders(
                EncoderFacts.read(conf(), workspace.embeddings(store)), modalities));
    WholeFile.write(
        conf(), folder.file("model.safetensors"), out -> ModelFile.write(out, description, graph));

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
        folder.examples().toString(),
        rows.size(),
        workspace.embeddings(store).toString(),
        storeId,
        shards,
        dims,
        network,
        rows.target(),
        rows.scaling(),
        training.seed());
  }

  private int dim(Modality modality, String shard) {
    Path file = EmbeddingShard.file(workspace.embeddings(store), modality, shard);
    return spark.read().parquet(file.toString()).select("dim").first().getInt(0);
  }

  private Configuration conf() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
