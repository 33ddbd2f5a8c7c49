package io.codonloom.job.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.codonloom.UserException;
import io.codonloom.config.Dataset;
import io.codonloom.config.LabelOrigin;
import io.codonloom.metric.PartScores;
import io.codonloom.report.DatasetFacts;
import io.codonloom.report.HtmlReport;
import io.codonloom.report.PredictedRow;
import io.codonloom.report.PredictionSummary;
import io.codonloom.report.ReportData;
import io.codonloom.report.RunFacts;
import io.codonloom.report.StoreFacts;
import io.codonloom.sequence.Modality;
import io.codonloom.store.StoreIdentity;
import io.codonloom.training.Epoch;
import io.codonloom.workspace.CodeVersion;
import io.codonloom.workspace.Fingerprint;
import io.codonloom.workspace.FlatSettings;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.ModalityColumns;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableReader;
import io.codonloom.workspace.TableWriter;
import io.codonloom.workspace.WholeFile;
import io.codonloom.workspace.Workspace;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes {@code report.html} into a run's folder from what the stages left in the workspace. What a
 * stage did not leave is said to be absent; only the run itself must be there.
 */
public final class ReportJob {
  private static final Logger LOG = LoggerFactory.getLogger(ReportJob.class);

  private final SparkSession spark;
  private final Configuration conf;
  private final Workspace workspace;
  private final Dataset dataset;
  private final String configuredStore;
  private final String run;
  private final Optional<String> control;

  /**
   * @param dataset of the config; a run that has ended says itself what it was trained on
   * @param configuredStore of the config, likewise
   * @param run to report
   * @param control the run on shuffled labels to show beside it; left out where there is none
   */
  public ReportJob(
      SparkSession spark,
      Workspace workspace,
      Dataset dataset,
      String configuredStore,
      String run,
      Optional<String> control) {
    this.spark = spark;
    this.conf = spark.sparkContext().hadoopConfiguration();
    this.workspace = workspace;
    this.dataset = dataset;
    this.configuredStore = configuredStore;
    this.run = run;
    this.control = control;
  }

  /**
   * Writes or replaces the report, unless it is up to date.
   *
   * @return where it lies
   * @throws UserException if there is no such run, one of its files cannot be read, or nothing says
   *     what it was trained on
   */
  public Path run() throws IOException {
    Instant started = Instant.now();
    Path folder = workspace.run(run);
    if (!exists(folder)) {
      throw new UserException(folder + ": there is no such run; train it first");
    }
    Optional<Manifest> trained = Manifest.read(conf, workspace.runManifest(run));
    String name = trained.map(m -> setting(m, "dataset")).orElse(dataset.name());
    Optional<Manifest> prepared = Manifest.read(conf, workspace.prepareManifest(name));
    DatasetFacts about = dataset(name, prepared);
    // A network that reads the sequences themselves has no store.
    Optional<String> store =
        trained.isEmpty()
            ? Optional.of(configuredStore)
            : trained.map(manifest -> setting(manifest, "store"));
    Optional<Manifest> embedded =
        store.isEmpty()
            ? Optional.empty()
            : Manifest.read(conf, workspace.embedManifest(store.get()));
    boolean controlled = control.isPresent() && exists(workspace.run(control.get()));
    Optional<Manifest> controlTrained =
        controlled ? Manifest.read(conf, workspace.runManifest(control.get())) : Optional.empty();
    Path target = new Path(folder, "report.html");
    String fingerprint =
        Fingerprint.of(
            CodeVersion.current(),
            about,
            store,
            control,
            controlled,
            Stream.of(prepared, embedded).map(m -> m.map(Manifest::fingerprint)).toList(),
            Stream.of(trained, controlTrained).map(m -> m.map(ReportJob::ended)).toList());
    // A training without its manifest may still go on.
    if (trained.isPresent()
        && controlTrained.isPresent() == controlled
        && exists(target)
        && Manifest.isCurrent(conf, workspace.reportManifest(run), fingerprint)) {
      LOG.info("report {}: up to date", run);
      return target;
    }
    Optional<RunFacts> controlFacts = Optional.empty();
    if (controlled) {
      controlFacts = Optional.of(facts(control.get(), about));
    }
    ReportData data =
        new ReportData(
            workspace.root(),
            about,
            prepared.map(RecordedFacts::prepare),
            stores(embedded),
            facts(run, about),
            controlFacts,
            RecordedFacts.provenance(prepared, embedded, trained));
    WholeFile.writeText(conf, target, HtmlReport.of(data));
    Manifest.of(
            "report",
            run,
            fingerprint,
            started,
            Map.of(),
            Map.of("dataset", name, "store", store),
            Map.of(),
            Map.of())
        .write(conf, workspace.reportManifest(run));
    LOG.info("report {}: {}", run, target);
    return target;
  }

  /** What a training was run with; null where its manifest does not say. */
  private static String setting(Manifest trained, String name) {
    return trained.settings().path(name).textValue();
  }

  /** Differs where a training was repeated, if only with the same settings. */
  private static List<Object> ended(Manifest trained) {
    return List.of(trained.fingerprint(), trained.started(), trained.seconds());
  }

  private DatasetFacts dataset(String name, Optional<Manifest> prepared) {
    Optional<DatasetFacts> recorded = prepared.flatMap(RecordedFacts::dataset);
    if (recorded.isPresent()) {
      return recorded.get();
    }
    if (!dataset.name().equals(name)) {
      throw new UserException(
          "run %s was trained on dataset %s, which is not prepared; run prepare with its config, or report with it"
              .formatted(run, name));
    }
    return new DatasetFacts(
        name,
        String.join(", ", dataset.input()),
        dataset.labelName(),
        dataset.labelOrigin() == LabelOrigin.COMPUTED,
        dataset.classes());
  }

  private List<StoreFacts> stores(Optional<Manifest> embedded) throws IOException {
    if (embedded.isEmpty()) {
      return List.of();
    }
    Path folder = workspace.embeddings(embedded.get().name());
    Map<Modality, Long> bytes = new EnumMap<>(Modality.class);
    for (Modality modality : Modality.values()) {
      Path part = TableWriter.partition(folder, TableColumns.MODALITY, modality.id());
      if (exists(part)) {
        bytes.put(modality, part.getFileSystem(conf).getContentSummary(part).getLength());
      }
    }
    return RecordedFacts.stores(
        embedded.get(),
        read(
            StoreIdentity.file(folder),
            new TypeReference<Map<String, Map<String, String>>>() {},
            Map.of()),
        bytes);
  }

  private RunFacts facts(String id, DatasetFacts about) throws IOException {
    Path folder = workspace.run(id);
    Map<String, String> settings =
        Manifest.read(conf, workspace.runManifest(id))
            .map(manifest -> FlatSettings.of(manifest.settings()))
            .orElse(Map.of());
    return new RunFacts(
        id,
        settings,
        read(new Path(folder, "history.json"), new TypeReference<List<Epoch>>() {}, List.of()),
        read(
            new Path(folder, "metrics.json"),
            new TypeReference<Map<String, PartScores>>() {},
            Map.of()),
        predictions(new Path(folder, "predictions"), about.classes().size()));
  }

  /** A JSON file, or the given value where there is none. */
  private <T> T read(Path file, TypeReference<T> type, T otherwise) throws IOException {
    try {
      return Manifest.JSON.readValue(WholeFile.readText(conf, file), type);
    } catch (FileNotFoundException e) {
      return otherwise;
    } catch (JsonProcessingException e) {
      throw new UserException(
          file + " cannot be read: " + Manifest.reason(e) + "; run the stage that wrote it again",
          e);
    }
  }

  private static String number(String column) {
    return "cast(" + column + " as double)";
  }

  /** Row after row, so that the driver never holds more than one partition. */
  private PredictionSummary predictions(Path table, int classes) throws IOException {
    if (!exists(table)) {
      return PredictionSummary.none();
    }
    Iterator<Row> rows =
        TableReader.read(spark, table)
            .selectExpr(
                TableColumns.ROW_ID,
                TableColumns.PART,
                number(TableColumns.LABEL),
                number(TableColumns.PREDICTION),
                number(ModalityColumns.attention(Modality.DNA)),
                number(ModalityColumns.attention(Modality.RNA)),
                number(ModalityColumns.attention(Modality.PROTEIN)))
            .toLocalIterator();
    return PredictionSummary.of(
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return rows.hasNext();
          }

          @Override
          public PredictedRow next() {
            Row row = rows.next();
            return new PredictedRow(
                row.getString(0),
                row.getString(1),
                number(row, 2),
                number(row, 3),
                number(row, 4),
                number(row, 5),
                number(row, 6));
          }
        },
        classes);
  }

  private static double number(Row row, int column) {
    return row.isNullAt(column) ? Double.NaN : row.getDouble(column);
  }

  private boolean exists(Path path) throws IOException {
    return path.getFileSystem(conf).exists(path);
  }
}
