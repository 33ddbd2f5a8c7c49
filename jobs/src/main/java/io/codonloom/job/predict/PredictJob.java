package io.codonloom.job.predict;

import static org.apache.spark.sql.functions.col;

import io.codonloom.UserException;
import io.codonloom.config.EncoderConfig;
import io.codonloom.config.Experiment;
import io.codonloom.encoding.ClosedEncoders;
import io.codonloom.encoding.EncoderSet;
import io.codonloom.job.embed.EmbedJob;
import io.codonloom.job.prepare.NoRowAcceptedException;
import io.codonloom.job.prepare.PrepareCounts;
import io.codonloom.model.ModelDescription;
import io.codonloom.model.ModelFile;
import io.codonloom.sequence.Modality;
import io.codonloom.store.LocalStore;
import io.codonloom.store.StoreIdentity;
import io.codonloom.workspace.Fingerprint;
import io.codonloom.workspace.FolderLock;
import io.codonloom.workspace.LocalCopy;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableReader;
import io.codonloom.workspace.TableWriter;
import io.codonloom.workspace.Workspace;
import io.codonloom.workspace.WritableFolder;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A saved model over new sequences: they are held against the rules of the model's own training and
 * read by the encoders that it was trained with. A text that is in the experiment's store is not
 * encoded again. Where the sequences share texts, as synonymous variants do their protein, each is
 * embedded once, into the store; the others are encoded, used and forgotten, a batch at a time.
 *
 * <p>Writes {@code predictions} and {@code refused} and, last, {@code manifest.json}; every row of
 * the input is in one of the two.
 */
public final class PredictJob {
  static final String STAGE = "predict";

  private static final Logger LOG = LoggerFactory.getLogger(PredictJob.class);

  /** A task is long enough to be worth loading an encoder, short enough to be repeated. */
  private static final int SEQUENCES_PER_TASK = 2000;

  private final SparkSession spark;
  private final Experiment experiment;
  private final Workspace workspace;
  private final Request request;
  private final PredictionFiles files;

  /** For what is in between; not of the experiment, so that nobody takes it for data. */
  private final Workspace scratch;

  /**
   * What is asked for.
   *
   * @param model a file that a training wrote
   * @param input CSV, TSV, FASTA or Parquet with the columns of the experiment's dataset; labels
   *     are not read
   * @param output the folder to write
   */
  public record Request(Path model, String input, Path output, OutputFormat format) {}

  /**
   * @param experiment whose encoders, store and columns are used, with absolute paths
   */
  public PredictJob(SparkSession spark, Experiment experiment, Request request) {
    this.spark = spark;
    this.experiment = experiment;
    this.workspace = new Workspace(experiment.workspace());
    this.request = request;
    this.files = new PredictionFiles(conf(), request.output(), request.format());
    this.scratch = new Workspace(new Path(hidden(), "tables").toString());
  }

  /**
   * Predicts. What an earlier call wrote stays until there is something to put in its place.
   *
   * @throws UserException if the output cannot be written, the input or the model cannot be read,
   *     no row passes the rules ({@code refused} is written then), or an encoder or the store is
   *     not the one that the model was trained with
   */
  public Manifest run() throws IOException {
    Instant started = Instant.now();
    files.requireOwn(request.input());
    WritableFolder.probe(conf(), request.output());
    boolean made = !request.output().getFileSystem(conf()).exists(request.output());
    try (FolderLock lock = FolderLock.take(conf(), hidden());
        NewSequences sequences =
            NewSequences.open(spark, scratch, experiment.dataset(), request.input())) {
      ModelFile model = LocalCopy.read(conf(), request.model(), ModelFile::read);
      ModelEncoders encoders =
          ModelEncoders.of(conf(), experiment, request.model(), model.description());
      StoreIdentity.check(conf(), store(), encoders.set().fields());
      return predict(started, sequences, model, encoders, lock);
    } finally {
      removeLock(made);
    }
  }

  /** The folder of the lock goes with the last that waits for it. */
  private void removeLock(boolean made) throws IOException {
    FileSystem fs = hidden().getFileSystem(conf());
    List<Path> folders = new ArrayList<>(List.of(new Path(hidden(), FolderLock.NAME), hidden()));
    if (made) {
      folders.add(request.output()); // Where nothing came of it.
    }
    try {
      for (Path empty : folders) {
        if (fs.exists(empty) && fs.listStatus(empty).length == 0) {
          fs.delete(empty, false);
        }
      }
    } catch (IOException e) {
      LOG.debug("{} stays", hidden(), e);
    }
  }

  private Path hidden() {
    return new Path(request.output(), ".codonloom-predict");
  }

  private Manifest predict(
      Instant started,
      NewSequences sequences,
      ModelFile model,
      ModelEncoders encoders,
      FolderLock lock)
      throws IOException {
    ModelDescription description = model.description();
    PrepareCounts prepared = prepare(sequences, description);
    Map<Modality, Long> stored = embedShared(encoders.configs(), prepared);
    Map<Modality, LongAccumulator> passing = new TreeMap<>();
    for (Modality modality : encoders.configs().keySet()) {
      passing.put(modality, spark.sparkContext().longAccumulator(modality.id() + " encoded"));
    }
    Path scores = new Path(scratch.root(), "scores");
    try {
      score(model, encoders.set(), stored, prepared, passing, scores);
    } finally {
      ClosedEncoders.everywhere(spark);
    }
    PredictedRows rows = new PredictedRows(sequences, TableReader.read(spark, scores));
    lock.requireHeld();
    files.deleteFormer(!stored.isEmpty());
    long predicted = files.write(PredictionFiles.PREDICTIONS, rows.predictions(description));
    long refused = files.write(PredictionFiles.REFUSED, rows.refused());
    if (predicted + refused != prepared.rows()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%d rows, but %d predicted and %d refused",
              prepared.rows(),
              predicted,
              refused));
    }
    Map<String, PredictCounts.OfModality> modalities = new TreeMap<>();
    for (Modality modality : encoders.configs().keySet()) {
      modalities.put(
          modality.id(),
          new PredictCounts.OfModality(
              prepared.modalities().get(modality.id()).keys(),
              stored.getOrDefault(modality, 0L),
              passing.get(modality).value()));
    }
    PredictCounts counts =
        new PredictCounts(
            prepared.rows(),
            predicted,
            refused,
            prepared.reasons(),
            refused - prepared.refused(),
            prepared.sequencesAccepted(),
            modalities);
    Manifest manifest = manifest(started, model, counts);
    manifest.write(conf(), files.manifest());
    LOG.info(
        "predict: {} rows, {} predicted, {} refused: {}",
        counts.rows(),
        predicted,
        refused,
        request.output());
    return manifest;
  }

  private PrepareCounts prepare(NewSequences sequences, ModelDescription description)
      throws IOException {
    try {
      return sequences.prepare(description.reading());
    } catch (NoRowAcceptedException e) {
      files.deleteFormer(false);
      files.write(PredictionFiles.REFUSED, sequences.rejected().orderBy(TableColumns.ROW_NUMBER));
      throw e.at(files.table(PredictionFiles.REFUSED));
    }
  }

  /**
   * Embeds into the store the texts of those modalities in which sequences share theirs.
   *
   * @return how many were embedded
   */
  private Map<Modality, Long> embedShared(
      Map<Modality, EncoderConfig> encoders, PrepareCounts prepared) {
    Map<Modality, EncoderConfig> shared = new TreeMap<>(encoders);
    shared
        .keySet()
        .removeIf(
            modality ->
                2 * prepared.modalities().get(modality.id()).keys() > prepared.sequencesAccepted());
    Map<Modality, Long> stored = new TreeMap<>();
    if (!shared.isEmpty()) {
      Manifest embedded =
          new EmbedJob(
                  spark,
                  workspace,
                  shared,
                  experiment.store(),
                  experiment.embed(),
                  List.of(NewSequences.NAME),
                  scratch,
                  files.embedRecord())
              .run();
      for (Modality modality : shared.keySet()) {
        stored.put(modality, embedded.counts().path(modality.id()).path("computed").asLong());
      }
    }
    return stored;
  }

  private void score(
      ModelFile model,
      EncoderSet set,
      Map<Modality, Long> stored,
      PrepareCounts prepared,
      Map<Modality, LongAccumulator> passing,
      Path scores)
      throws IOException {
    ModelDescription description = model.description();
    SequenceInputs inputs = new SequenceInputs(spark, scratch, NewSequences.NAME);
    boolean letters = set.fields().isEmpty();
    List<Modality> modalities = List.copyOf(description.dims().keySet());
    Dataset<Row> rows =
        letters
            ? inputs.letters(modalities)
            : inputs.embedded(modalities, store(), stored.keySet());
    boolean storeExists = store().getFileSystem(conf()).exists(StoreIdentity.file(store()));
    Broadcast<float[]> parameters =
        new JavaSparkContext(spark.sparkContext())
            .broadcast(model.network().params().dup().data().asFloat());
    SequencePredictor scorer =
        new SequencePredictor(
            SharedModel.of(description, parameters),
            set,
            new SerializableConfiguration(conf()),
            store().toString(),
            storeExists ? LocalStore.id(conf(), store()) : "",
            passing);
    long tasks =
        Math.max(
            spark.sparkContext().defaultParallelism(),
            prepared.sequencesAccepted() / SEQUENCES_PER_TASK);
    // Rows of like length come together, so that little is padded.
    Dataset<Row> scored =
        rows.repartition(Math.toIntExact(tasks), col(TableColumns.SEQUENCE_ID))
            .sortWithinPartitions(TableColumns.N_CODONS)
            .mapPartitions(scorer, Encoders.row(SequencePredictor.SCHEMA));
    TableWriter.replace(scored, scores);
    parameters.destroy();
  }

  private Manifest manifest(Instant started, ModelFile model, PredictCounts counts) {
    ModelDescription description = model.description();
    Map<String, Object> settings = new TreeMap<>();
    settings.put("model", request.model().toString());
    settings.put("input", request.input());
    settings.put("label", description.labelName());
    settings.put("classes", description.classes());
    settings.put("rules", description.reading().rules());
    settings.put("trainedOn", description.data());
    settings.put(
        "encoders",
        description.dims().keySet().stream().map(Modality::id).collect(Collectors.toList()));
    Map<String, String> fingerprints =
        Map.of(
            "model",
            Fingerprint.of(description, model.network().params().toFloatVector()),
            "encoders",
            Fingerprint.of(description.encoders()));
    return Manifest.of(
        STAGE,
        request.output().getName(),
        Fingerprint.of(settings, fingerprints),
        started,
        Map.of("spark", spark.version(), "master", spark.sparkContext().master()),
        settings,
        fingerprints,
        counts);
  }

  private Path store() {
    return workspace.embeddings(experiment.store().name());
  }

  private Configuration conf() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
