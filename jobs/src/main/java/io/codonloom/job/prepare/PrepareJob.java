package io.codonloom.job.prepare;

import io.codonloom.UserException;
import io.codonloom.config.ConfigException;
import io.codonloom.config.Dataset;
import io.codonloom.config.InputFormat;
import io.codonloom.config.Split;
import io.codonloom.config.SplitBy;
import io.codonloom.input.InputFile;
import io.codonloom.input.InputTable;
import io.codonloom.job.TaskProgress;
import io.codonloom.job.prepare.PrepareCounts.OfSplit;
import io.codonloom.sequence.GeneticCode;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.Policy;
import io.codonloom.sequence.Rules;
import io.codonloom.workspace.CodeTables;
import io.codonloom.workspace.Fingerprint;
import io.codonloom.workspace.FolderLock;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.Publication;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableWriter;
import io.codonloom.workspace.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a dataset, holds every row against the rules and writes the tables {@code sequences},
 * {@code labels}, {@code rejects} and {@code splits}. Nothing is lost or changed in silence: each
 * row is in the labels or in the rejects, and what a policy let through is counted.
 *
 * <p>The tables are written beside the former ones and take their place when all are whole, see
 * {@link Publication}. One job at a time prepares a dataset. With an unchanged input and unchanged
 * settings nothing is done, and nothing locked; with other splits alone, only those are written.
 */
public final class PrepareJob {
  /** Changes when the same input and settings give other tables than before. */
  private static final int FORMAT = 2;

  /** The same for the splits alone. */
  private static final int SPLIT_FORMAT = 2;

  private static final String TABLES = "tables";
  private static final String SPLIT = "split.";
  private static final Logger LOG = LoggerFactory.getLogger(PrepareJob.class);

  private final SparkSession spark;
  private final Workspace workspace;
  private final Dataset dataset;
  private final Rules rules;
  private final List<Split> splits;
  private final Map<Modality, InputLimit> limits;
  private final Publication publication;

  /**
   * A job over one dataset.
   *
   * @param limits of the encoders; a modality that is not there has none
   * @throws ConfigException if the settings do not go together
   */
  public PrepareJob(
      SparkSession spark,
      Workspace workspace,
      Dataset dataset,
      Rules rules,
      List<Split> splits,
      Map<Modality, InputLimit> limits) {
    this.spark = spark;
    this.workspace = workspace;
    this.dataset = dataset;
    this.rules = rules;
    this.splits = List.copyOf(splits);
    this.limits = new TreeMap<>(limits);
    this.publication = new Publication(conf(), workspace, dataset.name());
    checkSettings();
  }

  private void checkSettings() {
    if (!GeneticCode.exists(dataset.geneticCode())) {
      throw new ConfigException(
          "dataset "
              + dataset.name()
              + ": genetic-code "
              + dataset.geneticCode()
              + " is none of the NCBI's");
    }
    Set<String> names = new HashSet<>();
    for (Split split : splits) {
      if (!names.add(split.name())) {
        throw new ConfigException("two splits have the name " + split.name());
      }
      if (split.by() == SplitBy.GROUP && dataset.columns().group().isEmpty()) {
        throw new ConfigException(
            "split " + split.name() + " is by group: columns.group must name the column");
      }
      if (split.by() == SplitBy.COLUMN && dataset.columns().split().isEmpty()) {
        throw new ConfigException(
            "split " + split.name() + " is by column: columns.split must name the column");
      }
    }
  }

  /**
   * Prepares the dataset, or what is not up to date of it.
   *
   * @throws UserException if the input cannot be read, or another job prepares the dataset
   * @throws NoRowAcceptedException if no row of it is accepted
   */
  public Manifest run() {
    Instant started = Instant.now();
    InputTable input = InputTable.open(spark, dataset.input(), dataset.format(), dataset.layout());
    Optional<InputTable> labels = labelFile(input);
    List<InputFile> files = files(input, labels);
    Map<String, String> fingerprints = fingerprints(files);
    TaskProgress progress = TaskProgress.watch(spark.sparkContext(), "prepare " + dataset.name());
    try {
      Optional<Manifest> done = upToDate(fingerprints);
      if (done.isPresent()) {
        return done.get();
      }
      try (FolderLock lock = FolderLock.take(conf(), workspace.preparing(dataset.name()))) {
        publication.prepare(lock);
        done = upToDate(fingerprints); // Another job may just have ended.
        if (done.isPresent()) {
          return done.get();
        }
        LOG.info("{}", PrepareLog.start(dataset.name(), files));
        Optional<Manifest> previous =
            Manifest.read(conf(), manifestFile()).filter(m -> tablesCurrent(m, fingerprints));
        Written written =
            previous.isPresent()
                ? writeSplits(previous.get(), fingerprints, input, labels)
                : writeAll(input, labels, lock);
        Manifest manifest = manifest(started, fingerprints, written.counts());
        publication.publish(lock, written.replaced(), Optional.of(manifest));
        PrepareLog.summary(dataset.name(), written.counts()).forEach(LOG::info);
        PrepareLog.emptyParts(splits, written.counts()).forEach(LOG::warn);
        return manifest;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      progress.close();
    }
  }

  private Optional<Manifest> upToDate(Map<String, String> fingerprints) throws IOException {
    if (publication.isHalfDone()) {
      return Optional.empty();
    }
    Optional<Manifest> former = Manifest.read(conf(), manifestFile());
    former
        .flatMap(CodeTables::outdated)
        .ifPresent(reason -> LOG.info("prepare {}: again, for {}", dataset.name(), reason));
    Optional<Manifest> current =
        former
            .filter(m -> tablesCurrent(m, fingerprints))
            .filter(m -> m.fingerprints().equals(fingerprints));
    if (current.isPresent()) {
      LOG.info("prepare {}: up to date", dataset.name());
    }
    return current;
  }

  /** New tables, and the folders that they are to replace. */
  private record Written(PrepareCounts counts, List<Path> replaced) {}

  /**
   * What {@link #run} would come to; nothing is written.
   *
   * @throws UserException where {@link #run} would throw one
   */
  public PreparePreview preview() {
    InputTable input = InputTable.open(spark, dataset.input(), dataset.format(), dataset.layout());
    Optional<InputTable> labels = labelFile(input);
    Map<String, String> fingerprints = fingerprints(files(input, labels));
    try {
      Optional<Manifest> current = upToDate(fingerprints);
      return current.isPresent()
          ? PreparePreview.ofTables(
              Manifest.JSON.treeToValue(current.get().counts(), PrepareCounts.class))
          : preview(input, labels);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private PreparePreview preview(InputTable input, Optional<InputTable> labels) {
    RowCheck check = new RowCheck(dataset, rules, limits, fileNames(input));
    ReadInput read = read(input, labels, check, CheckedRows.onExecutors());
    CheckedInput checked = read.checked();
    try {
      new InputProblems(checked, splits, limits).check();
      SequenceWriter sequences = new SequenceWriter(spark, workspace.sequences(), dataset.name());
      var texts = sequences.texts(checked.rows(), check, checked.census().firstOfEachSequence());
      return PreparePreview.ofInput(
          checked,
          texts,
          PrepareTables.ofModalities(SequenceWriter.counts(texts), checked.tally(), limits),
          read.labelsWithoutSequence());
    } catch (RuntimeException e) {
      checked.close();
      throw e;
    }
  }

  private static List<InputFile> files(InputTable input, Optional<InputTable> labels) {
    List<InputFile> files = new ArrayList<>(input.files());
    labels.ifPresent(table -> files.addAll(table.files()));
    return files;
  }

  private Map<String, String> fingerprints(List<InputFile> files) {
    Map<String, String> fingerprints = new TreeMap<>();
    int codes =
        dataset.columns().geneticCode().isPresent()
            ? GeneticCode.EDITION
            : GeneticCode.of(dataset.geneticCode()).edition();
    fingerprints.put(
        TABLES, Fingerprint.of(FORMAT, codes, files, dataset, rules, limits, byFile()));
    splits.forEach(s -> fingerprints.put(SPLIT + s.name(), Fingerprint.of(SPLIT_FORMAT, s)));
    return fingerprints;
  }

  private boolean byFile() {
    return splits.stream().anyMatch(split -> split.by() == SplitBy.FILE);
  }

  /** What a split by file goes by: the last two names of each path. */
  private List<String> fileNames(InputTable input) {
    return byFile() ? input.files().stream().map(InputFile::shortName).toList() : List.of();
  }

  private Optional<InputTable> labelFile(InputTable input) {
    if (input.format() != InputFormat.FASTA) {
      if (dataset.cdsInHeader()) {
        throw new ConfigException(
            "dataset.cds-in-header is for FASTA: set dataset.columns.cds-start and cds-end");
      }
      if (dataset.labels().isPresent()) {
        throw new ConfigException(
            "dataset.labels is for FASTA, but %s is %s, which has its labels in the column %s: take dataset.labels out"
                .formatted(input.location(), input.format(), dataset.columns().label()));
      }
      return Optional.empty();
    }
    if (dataset.columns().id().size() != 1) {
      throw new ConfigException(
          "dataset "
              + dataset.name()
              + " is FASTA: columns.id must be the one column of the label file that holds the id");
    }
    if (dataset.labels().isEmpty() && rules.labelMissing() != Policy.KEEP) {
      throw new ConfigException(
          "dataset " + dataset.name() + " is FASTA: labels must name the file with ids and labels");
    }
    return dataset
        .labels()
        .map(
            file -> {
              InputTable table =
                  InputTable.open(spark, List.of(file), InputFormat.AUTO, dataset.layout());
              if (table.format() == InputFormat.FASTA) {
                throw new ConfigException("labels must be CSV, TSV or Parquet, not FASTA");
              }
              return table;
            });
  }

  private boolean tablesCurrent(Manifest previous, Map<String, String> fingerprints) {
    try {
      Path labels = folder(workspace.labels());
      return fingerprints.get(TABLES).equals(previous.fingerprints().get(TABLES))
          && labels.getFileSystem(conf()).exists(labels);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Written writeAll(InputTable input, Optional<InputTable> labels, FolderLock lock)
      throws IOException {
    Workspace staging = publication.staging();
    PrepareTables tables = new PrepareTables(spark, staging, staging, dataset.name());
    RowCheck check = new RowCheck(dataset, rules, limits, fileNames(input));
    ReadInput read = read(input, labels, check, inFiles());
    try (CheckedInput checked = read.checked()) {
      new InputProblems(checked, splits, limits).check();
      PrepareCounts counts = tables.write(checked, check, limits, read.labelsWithoutSequence());
      input.requireUnchanged();
      labels.ifPresent(InputTable::requireUnchanged);
      Map<String, OfSplit> all = new TreeMap<>(counts.splits());
      List<Split> later = splits.stream().filter(Split::comparesProteins).toList();
      all.putAll(tables.writeSplits(later, dataset.columns(), counts.accepted()));
      return new Written(counts.withSplits(all), folders(workspace));
    } catch (NoRowAcceptedException e) {
      throw keepFormer(e, lock);
    }
  }

  /** Without tables the refused rows take their place; else they stay beside those of before. */
  private NoRowAcceptedException keepFormer(NoRowAcceptedException e, FolderLock lock)
      throws IOException {
    if (Manifest.read(conf(), manifestFile()).isPresent()) {
      return e.at(folder(publication.staging().rejects()));
    }
    publication.publish(lock, List.of(folder(workspace.rejects())), Optional.empty());
    return e.at(folder(workspace.rejects()));
  }

  private List<Path> folders(Workspace of) {
    List<Path> folders = new ArrayList<>();
    for (Modality modality : Modality.values()) {
      folders.add(
          folder(TableWriter.partition(of.sequences(), TableColumns.MODALITY, modality.id())));
    }
    folders.addAll(List.of(folder(of.labels()), folder(of.splits()), folder(of.rejects())));
    return folders;
  }

  /** The splits that are divided as the rows are read: proteins are compared in the tables. */
  private List<Split> atOnce() {
    return splits.stream().filter(split -> !split.comparesProteins()).toList();
  }

  /** What was read; the rows are to be closed. */
  private record ReadInput(CheckedInput checked, long labelsWithoutSequence) {}

  private ReadInput read(
      InputTable input, Optional<InputTable> labels, RowCheck check, CheckedRows keeper) {
    if (input.format() != InputFormat.FASTA) {
      var rows = input.rows(check.wanted(), check.optional());
      return new ReadInput(new CheckedInput(input, rows, check, atOnce(), keeper), 0);
    }
    var records = input.rows(List.of(), List.of());
    try (FastaLabels side = new FastaLabels(labels, spark, dataset, check)) {
      CheckedInput checked = new CheckedInput(input, side.join(records), check, atOnce(), keeper);
      try {
        return new ReadInput(checked, withoutSequence(side, checked));
      } catch (RuntimeException e) {
        checked.close();
        throw e;
      }
    }
  }

  private long withoutSequence(FastaLabels labels, CheckedInput checked) {
    long rows = labels.countWithoutRecord(checked.rows());
    if (rows > 0 && labels.differByVersion(checked.rows())) {
      LOG.warn(
          "prepare {}: most of the {} labels without a sequence would have one if ids had no version (ENST00000123.4): set dataset.strip-id-version = true",
          dataset.name(),
          rows);
    }
    return rows;
  }

  private CheckedRows inFiles() {
    return CheckedRows.inFiles(spark, publication::working);
  }

  private Written writeSplits(
      Manifest previous,
      Map<String, String> fingerprints,
      InputTable input,
      Optional<InputTable> labels)
      throws IOException {
    PrepareCounts counts = Manifest.JSON.treeToValue(previous.counts(), PrepareCounts.class);
    Map<String, OfSplit> current = new TreeMap<>(counts.splits());
    current
        .keySet()
        .removeIf(
            name -> {
              String fingerprint = previous.fingerprints().get(SPLIT + name);
              return !fingerprint.equals(fingerprints.get(SPLIT + name));
            });
    List<Split> changed = splits.stream().filter(s -> !current.containsKey(s.name())).toList();
    Set<String> replaced = new TreeSet<>(counts.splits().keySet());
    changed.forEach(split -> replaced.add(split.name()));
    replaced.removeAll(current.keySet());
    LOG.info(
        "prepare {}: sequences and labels are up to date, {} splits to write",
        dataset.name(),
        changed.size());
    PrepareTables tables =
        new PrepareTables(spark, workspace, publication.staging(), dataset.name());
    if (tables.hasGaps(changed, dataset.columns())) {
      refuseGaps(input, labels);
    }
    current.putAll(tables.writeSplits(changed, dataset.columns(), counts.accepted()));
    Path all = folder(workspace.splits());
    return new Written(
        counts.withSplits(current),
        replaced.stream()
            .map(name -> TableWriter.partition(all, TableColumns.SPLIT, name))
            .toList());
  }

  /** The tables have no row numbers: the input says where the first gap is. */
  private void refuseGaps(InputTable input, Optional<InputTable> labels) {
    RowCheck check = new RowCheck(dataset, rules, limits, fileNames(input));
    try (CheckedInput checked = read(input, labels, check, inFiles()).checked()) {
      new InputProblems(checked, splits, limits).check();
    }
    throw new IllegalStateException("the tables have gaps that the input has not");
  }

  private Manifest manifest(
      Instant started, Map<String, String> fingerprints, PrepareCounts counts) {
    Map<String, InputLimit> limitsById = new TreeMap<>();
    limits.forEach((modality, limit) -> limitsById.put(modality.id(), limit));
    return Manifest.of(
        "prepare",
        dataset.name(),
        Fingerprint.of(fingerprints),
        started,
        Map.of("spark", spark.version(), "master", spark.sparkContext().master()),
        Map.of(
            "dataset",
            dataset,
            "rules",
            rules,
            "limits",
            limitsById,
            "splits",
            splits,
            CodeTables.EDITION,
            GeneticCode.EDITION),
        fingerprints,
        counts);
  }

  private Path folder(Path table) {
    return TableWriter.partition(table, TableColumns.DATASET, dataset.name());
  }

  private Path manifestFile() {
    return workspace.prepareManifest(dataset.name());
  }

  private Configuration conf() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
