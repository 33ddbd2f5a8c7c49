package io.codonloom.job.train;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.codonloom.UserException;
import io.codonloom.config.Dataset;
import io.codonloom.config.SplitBy;
import io.codonloom.config.Training;
import io.codonloom.fusion.Features;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.job.Progress;
import io.codonloom.model.Preprocessing;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.Rules;
import io.codonloom.training.TrainingState;
import io.codonloom.workspace.CodeTables;
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
  private final boolean replace;

  /**
   * A job that replaces no finished run.
   *
   * @param store the name of the embeddings; not read where the network reads letters
   */
  public TrainJob(
      SparkSession spark,
      Workspace workspace,
      Dataset dataset,
      String store,
      Training training,
      FusionSettings network) {
    this(spark, workspace, dataset, store, training, network, false);
  }

  /**
   * @param store the name of the embeddings; not read where the network reads letters
   * @param replace whether a finished run of that name with other settings or other data may go
   */
  public TrainJob(
      SparkSession spark,
      Workspace workspace,
      Dataset dataset,
      String store,
      Training training,
      FusionSettings network,
      boolean replace) {
    this.replace = replace;
    this.spark = spark;
    this.workspace = workspace;
    this.dataset = dataset;
    this.store = store;
    this.training = training;
    this.network = network;
    this.source = VectorSource.of(network, spark, workspace, dataset.name(), store);
  }

  /**
   * Trains, unless the run is there already with the same settings and the same rows, which is told
   * by their content. One that was trained otherwise stays, unless it may be replaced.
   *
   * @return the manifest of the run on the real labels
   * @throws UserException if a stage before this one is missing, a run of that name was trained
   *     otherwise, the loss explodes, or another job trains the run
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

  /**
   * Finds out before any other work whether a finished run is in the way.
   *
   * @throws UserException if its settings are others and it may not be replaced
   */
  public void requireFree() throws IOException {
    requireFree(training.run(), false);
    if (training.shuffledControl()) {
      requireFree(controlOf(training.run()), true);
    }
  }

  private Optional<Manifest> requireFree(String run, boolean shuffled) throws IOException {
    RunFolder folder = new RunFolder(conf(), workspace.run(run), "");
    folder.requireOwn();
    Optional<Manifest> former = Manifest.read(conf(), workspace.runManifest(run));
    if (former.isPresent() && !replace) {
      RunSettings.difference(former.get(), settings(shuffled))
          .ifPresent(
              difference -> {
                throw inTheWay(run, difference);
              });
    }
    return former;
  }

  private static UserException inTheWay(String run, String difference) {
    return new UserException(
        "run %s was trained otherwise: %s; keep it and name this one anew (--set train.run=NAME), or give it up (--replace)"
            .formatted(run, difference));
  }

  /**
   * Finds out without any embedding whether the dataset's rows can be trained on.
   *
   * @throws UserException if it has no labels, or a part that training needs lacks rows, or a class
   *     that is to be weighed
   */
  public void requireRows() {
    TrainingRows.requireTrainable(
        table().labelled(), training.split(), dataset.classes(), training.classWeights());
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
    Optional<Manifest> former = Manifest.read(conf(), workspace.runManifest(run));
    if (former.isEmpty() || RunSettings.difference(former.get(), settings(shuffled)).isPresent()) {
      return false;
    }
    return seesTheSame(former.get(), inputs())
        || Manifest.isCurrent(
            conf(), workspace.runManifest(run), fingerprint(table().rows(modalities()), shuffled));
  }

  /** Whether the stages before have not even been called again with anything new. */
  private static boolean seesTheSame(Manifest former, Map<String, String> inputs) {
    return former.fingerprints().entrySet().containsAll(inputs.entrySet());
  }

  /** Of all that the parameters depend on, the rows by their content. */
  private String fingerprint(ExampleTable.Rows rows, boolean shuffled) throws IOException {
    SortedSet<Modality> modalities = modalities();
    return Fingerprint.of(
        RunSettings.of(settings(shuffled)),
        source.encoders(modalities),
        table().content(rows.usable(), modalities));
  }

  private ExampleTable table() {
    return new ExampleTable(spark, workspace, dataset.name(), training.split(), source);
  }

  /** The name of the run on shuffled labels beside that run. */
  public static String controlOf(String run) {
    return run + "-shuffled";
  }

  private Manifest train(String run, boolean shuffled) throws IOException {
    Instant started = Instant.now();
    Map<String, String> inputs = inputs();
    Path manifestFile = workspace.runManifest(run);
    Optional<Manifest> former = requireFree(run, shuffled);
    if (former.isPresent()
        && RunSettings.difference(former.get(), settings(shuffled)).isEmpty()
        && seesTheSame(former.get(), inputs)) {
      return upToDate(run, former.get());
    }
    ExampleTable table = table();
    // What cannot be trained is refused before an older result is gone.
    SortedSet<Modality> modalities = modalities();
    try {
      network.requireFit(modalities);
    } catch (IllegalArgumentException e) {
      throw new UserException("model: " + e.getMessage(), e);
    }
    ExampleTable.Rows rows = table.rows(modalities);
    String fingerprint = fingerprint(rows, shuffled);
    if (former.isPresent() && former.get().fingerprint().equals(fingerprint)) {
      return upToDate(run, former.get());
    }
    requireReplaceable(run, former);
    TrainingRows.requireTrainable(
        rows.usable(), training.split(), dataset.classes(), training.classWeights());
    if (!rows.quarantined().isEmpty()) {
      LOG.warn(
          "train {}: {} rows have an input in quarantine and are left out",
          run,
          rows.quarantined().values().stream().mapToLong(Long::longValue).sum());
    }
    RunFolder folder = new RunFolder(conf(), workspace.run(run), fingerprint);
    CovariateTable covariates = new CovariateTable(spark, workspace, dataset, training.split());
    String unit = unit();
    try (FolderLock lock = folder.lock()) {
      if (Manifest.isCurrent(conf(), manifestFile, fingerprint)) {
        return Manifest.read(conf(), manifestFile).orElseThrow(); // Another job was quicker.
      }
      requireReplaceable(run, Manifest.read(conf(), manifestFile));
      Optional<TrainingState> state = folder.state();
      if (state.isEmpty()) {
        folder.clear(manifestFile);
        table.write(
            shuffled ? table.shuffled(rows.usable(), training.seed()) : rows.usable(),
            folder.examples());
      }
      TrainingRun one = new TrainingRun(spark, folder, state, source, training, network);
      Map<String, Object> counts = one.train(modalities, dataset, unit, covariates, reading());
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

  private Manifest upToDate(String run, Manifest manifest) throws IOException {
    new RunFolder(conf(), workspace.run(run), "").deleteState();
    LOG.info("train {}: up to date", run);
    return manifest;
  }

  /** What is there differs in its data, for its settings were compared before. */
  private void requireReplaceable(String run, Optional<Manifest> former) {
    if (former.isPresent() && !replace) {
      throw inTheWay(
          run, "on other rows of dataset %s, or on other embeddings".formatted(dataset.name()));
    }
  }

  private Manifest manifest(
      String run,
      Instant started,
      String fingerprint,
      boolean shuffled,
      Map<String, String> inputs,
      Map<String, Object> counts) {
    return Manifest.of(
        "train",
        run,
        fingerprint,
        started,
        Map.of("spark", spark.version(), "master", spark.sparkContext().master()),
        settings(shuffled),
        inputs,
        counts);
  }

  private Map<String, Object> settings(boolean shuffled) {
    Map<String, Object> settings = new TreeMap<>();
    settings.put("dataset", dataset.name());
    if (network.features() == Features.EMBEDDINGS) {
      settings.put("store", store);
    }
    settings.put("training", training);
    settings.put("network", network);
    settings.put("shuffledLabels", shuffled);
    return settings;
  }

  /** The modalities that the network reads of those in the store. */
  private SortedSet<Modality> modalities() {
    SortedSet<Modality> stored = source.modalities();
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
    CodeTables.requireCurrent(manifest);
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

  /** What the split keeps together. */
  private String unit() throws IOException {
    for (JsonNode split : prepared().settings().path("splits")) {
      if (split.path("name").asText().equals(training.split())) {
        return SplitBy.valueOf(split.path("by").asText()).unit();
      }
    }
    throw new UserException(
        "dataset %s has no split %s; run prepare first"
            .formatted(dataset.name(), training.split()));
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
