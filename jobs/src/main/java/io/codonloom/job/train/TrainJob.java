package io.codonloom.job.train;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.codonloom.UserException;
import io.codonloom.config.Dataset;
import io.codonloom.config.Training;
import io.codonloom.fusion.Features;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.job.Progress;
import io.codonloom.model.Preprocessing;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.Rules;
import io.codonloom.training.TrainingState;
import io.codonloom.workspace.Fingerprint;
import io.codonloom.workspace.FolderLock;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.Publication;
import io.codonloom.workspace.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a network on a dataset's labels and a store's embeddings, or the sequences' own letters,
 * and leaves under {@code runs/<run>}: {@code history.json} and the training's state (after each
 * epoch), {@code predictions}, {@code metrics.json}, {@code model.safetensors} and, last, the
 * manifest. A call that was killed is taken up again after its last finished epoch and ends with
 * the same parameters. With {@code shuffled-control} also a run {@code <run>-shuffled} on shuffled
 * labels.
 */
public final class TrainJob {
  private static final Logger LOG = LoggerFactory.getLogger(TrainJob.class);

  /** The parts that a split must have to be trained on. */
  public static final List<String> PARTS = List.of(TrainingRows.TRAIN, TrainingRows.VALIDATION);

  private final SparkSession spark;
  private final Workspace workspace;
  private final Dataset dataset;
  private final String store;
  private final Training training;
  private final FusionSettings network;
  private final VectorSource source;

  /**
   * @param store the name of the embeddings; not read where the network reads letters
   */
  public TrainJob(
      SparkSession spark,
      Workspace workspace,
      Dataset dataset,
      String store,
      Training training,
      FusionSettings network) {
    this.spark = spark;
    this.workspace = workspace;
    this.dataset = dataset;
    this.store = store;
    this.training = training;
    this.network = network;
    this.source = VectorSource.of(network, spark, workspace, dataset.name(), store);
  }

  /**
   * Trains, unless the run is there already with the same settings and inputs. A run of that name
   * with others is replaced.
   *
   * @return the manifest of the run on the real labels
   * @throws UserException if a stage before this one is missing, the loss explodes, or another job
   *     trains the run
   */
  public Manifest run() {
    try {
      new Publication(conf(), workspace, dataset.name()).repair();
      Manifest manifest = train(training.run(), false);
      if (training.shuffledControl()) {
        train(controlOf(training.run()), true);
      }
      return manifest;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether {@link #run} would find everything done. */
  public boolean isUpToDate() throws IOException {
    if (Manifest.read(conf(), workspace.prepareManifest(dataset.name())).isEmpty()
        || (network.features() == Features.EMBEDDINGS
            && Manifest.read(conf(), workspace.embedManifest(store)).isEmpty())) {
      return false;
    }
    return isUpToDate(training.run(), false)
        && (!training.shuffledControl() || isUpToDate(controlOf(training.run()), true));
  }

  private boolean isUpToDate(String run, boolean shuffled) throws IOException {
    return Manifest.isCurrent(conf(), workspace.runManifest(run), fingerprint(inputs(), shuffled));
  }

  private String fingerprint(Map<String, String> inputs, boolean shuffled) {
    return Fingerprint.of(training, network, inputs, shuffled);
  }

  /** The name of the run on shuffled labels beside that run. */
  public static String controlOf(String run) {
    return run + "-shuffled";
  }

  private Manifest train(String run, boolean shuffled) throws IOException {
    Instant started = Instant.now();
    Map<String, String> inputs = inputs();
    String fingerprint = fingerprint(inputs, shuffled);
    Path manifestFile = workspace.runManifest(run);
    RunFolder folder = new RunFolder(conf(), workspace.run(run), fingerprint);
    if (Manifest.isCurrent(conf(), manifestFile, fingerprint)) {
      folder.deleteState();
      LOG.info("train {}: up to date", run);
      return Manifest.read(conf(), manifestFile).orElseThrow();
    }
    ExampleTable table =
        new ExampleTable(spark, workspace, dataset.name(), training.split(), source);
    // What cannot be trained is refused before an older result is gone.
    SortedSet<Modality> modalities = modalities(source.modalities());
    try {
      network.requireFit(modalities);
    } catch (IllegalArgumentException e) {
      throw new UserException("model: " + e.getMessage(), e);
    }
    ExampleTable.Rows rows = table.rows(modalities);
    TrainingRows.requireTrainable(
        rows.usable(), training.split(), dataset.classes(), training.classWeights());
    if (!rows.quarantined().isEmpty()) {
      LOG.warn(
          "train {}: {} rows have an input in quarantine and are left out",
          run,
          rows.quarantined().values().stream().mapToLong(Long::longValue).sum());
    }
    try (FolderLock lock = folder.lock()) {
      if (Manifest.isCurrent(conf(), manifestFile, fingerprint)) {
        return Manifest.read(conf(), manifestFile).orElseThrow(); // Another job was quicker.
      }
      Optional<TrainingState> state = folder.state();
      if (state.isEmpty()) {
        folder.clear(manifestFile);
        table.write(
            shuffled ? table.shuffled(rows.usable(), training.seed()) : rows.usable(),
            folder.examples());
      }
      TrainingRun one = new TrainingRun(spark, folder, state, source, training, network);
      CovariateTable covariates = new CovariateTable(spark, workspace, dataset, training.split());
      Map<String, Object> counts = one.train(modalities, dataset, covariates, reading());
      counts.put("rowsInQuarantine", rows.quarantined());
      Manifest manifest =
          manifest(run, started, fingerprint, shuffled, inputs, counts)
              .withChecksums(folder.checksums());
      lock.requireHeld();
      manifest.write(conf(), manifestFile);
      folder.deleteState();
      LOG.info("train {}: done in {}", run, Progress.duration(manifest.seconds()));
      return manifest;
    }
  }

  private Manifest manifest(
      String run,
      Instant started,
      String fingerprint,
      boolean shuffled,
      Map<String, String> inputs,
      Map<String, Object> counts) {
    Map<String, Object> settings = new TreeMap<>();
    settings.put("dataset", dataset.name());
    if (network.features() == Features.EMBEDDINGS) {
      settings.put("store", store);
    }
    settings.put("training", training);
    settings.put("network", network);
    settings.put("shuffledLabels", shuffled);
    return Manifest.of(
        "train",
        run,
        fingerprint,
        started,
        Map.of("spark", spark.version(), "master", spark.sparkContext().master()),
        settings,
        inputs,
        counts);
  }

  /** The modalities that the network reads of those in the store. */
  private SortedSet<Modality> modalities(SortedSet<Modality> stored) {
    if (network.modalities().isEmpty()) {
      return stored;
    }
    SortedSet<Modality> wanted = new TreeSet<>(network.modalities());
    if (!stored.containsAll(wanted)) {
      throw new UserException(
          "model.modalities names %s, but %s has only %s"
              .formatted(names(wanted), source.name(), names(stored)));
    }
    return wanted;
  }

  private static String names(SortedSet<Modality> modalities) {
    return modalities.stream().map(Modality::id).collect(Collectors.joining(", "));
  }

  /** The fingerprints of the dataset's tables and of what the vectors come from. */
  private Map<String, String> inputs() throws IOException {
    Map<String, String> inputs = new TreeMap<>();
    inputs.put("prepare", prepared().fingerprint());
    inputs.putAll(source.fingerprints());
    return inputs;
  }

  /**
   * What {@code prepare} says of the dataset.
   *
   * @throws UserException if it has other classes than the config: labels are their indices
   */
  private Manifest prepared() throws IOException {
    Manifest manifest =
        Manifest.read(conf(), workspace.prepareManifest(dataset.name()))
            .orElseThrow(
                () ->
                    new UserException(
                        "dataset %s is not prepared; run prepare first".formatted(dataset.name())));
    List<String> classes =
        Manifest.JSON.convertValue(
            manifest.settings().path("dataset").path("classes"),
            new TypeReference<List<String>>() {});
    if (!classes.equals(dataset.classes())) {
      throw new UserException(
          "dataset %s was prepared with the classes %s, not %s; run prepare again"
              .formatted(dataset.name(), classes, dataset.classes()));
    }
    return manifest;
  }

  /** How the dataset's sequences became what the encoders read. */
  private Preprocessing reading() throws IOException {
    JsonNode settings = prepared().settings();
    Map<String, InputLimit> byId =
        Manifest.JSON.convertValue(
            settings.path("limits"), new TypeReference<Map<String, InputLimit>>() {});
    SortedMap<Modality, InputLimit> limits = new TreeMap<>();
    byId.forEach((modality, limit) -> limits.put(Modality.of(modality), limit));
    return new Preprocessing(
        settings.path("dataset").path("geneticCode").asInt(),
        Manifest.JSON.convertValue(settings.path("rules"), Rules.class),
        limits);
  }

  private Configuration conf() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
