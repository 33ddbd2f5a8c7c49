package io.codonloom.job.doctor;

import io.codonloom.UserException;
import io.codonloom.config.Dataset;
import io.codonloom.config.EncoderConfig;
import io.codonloom.config.Experiment;
import io.codonloom.config.InputFormat;
import io.codonloom.encoding.CheckpointFacts;
import io.codonloom.input.InputFile;
import io.codonloom.input.InputTable;
import io.codonloom.sequence.Modality;
import io.codonloom.store.StoreIdentity;
import io.codonloom.workspace.Workspace;
import io.codonloom.workspace.WritableFolder;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** Whether what an experiment names is there and can be used. Nothing of it is changed. */
final class ExperimentCheck {
  private static final long LITTLE_SPACE = 5L << 30;
  private static final int SHOWN_DIGITS = 12;

  private final Experiment experiment;
  private final Configuration conf;
  private final Workspace workspace;

  ExperimentCheck(Experiment experiment, Configuration conf) {
    this.experiment = experiment;
    this.conf = conf;
    this.workspace = new Workspace(experiment.workspace());
  }

  /** Whether the input has a first row with all columns. */
  Finding input(SparkSession spark) {
    return Finding.of(
        "input",
        () -> {
          Dataset dataset = experiment.dataset();
          InputTable input =
              InputTable.open(spark, dataset.input(), dataset.format(), dataset.layout());
          List<String> columns = new ArrayList<>(dataset.columns().id());
          boolean fasta = input.format() == InputFormat.FASTA;
          requireRow(input, fasta ? List.of("id", "sequence") : withSequence(columns, dataset));
          if (fasta && dataset.labels().isPresent()) {
            columns.add(dataset.columns().label());
            requireRow(
                InputTable.open(
                    spark, List.of(dataset.labels().get()), InputFormat.AUTO, dataset.layout()),
                columns);
          }
          return Finding.ok(
              "input",
              String.format(
                  Locale.ROOT,
                  "%s: %d files, %,.1f MiB, %s",
                  input.location(),
                  input.files().size(),
                  input.files().stream().mapToLong(InputFile::length).sum() / (double) (1 << 20),
                  input.format()));
        });
  }

  private static List<String> withSequence(List<String> columns, Dataset dataset) {
    List<String> all = new ArrayList<>(columns);
    all.add(dataset.columns().sequence());
    all.add(dataset.columns().label());
    return all;
  }

  private static void requireRow(InputTable table, List<String> columns) {
    if (table.rows(columns, List.of()).isEmpty()) {
      throw new UserException(table.location() + " holds no rows");
    }
  }

  /** Whether files can be made where the workspace is or will be, and how much room there is. */
  Finding workspace() {
    return Finding.of(
        "workspace",
        () -> {
          Path root = new Path(experiment.workspace());
          FileSystem fs = root.getFileSystem(conf);
          long free = free(fs, WritableFolder.probe(conf, root));
          String found = "%s, %s free".formatted(fs.makeQualified(root), Finding.gib(free));
          return free < LITTLE_SPACE
              ? Finding.warning(
                  "workspace", found, "see with the verb plan how much room the embeddings need")
              : Finding.ok("workspace", found);
        });
  }

  private static long free(FileSystem fs, Path folder) throws IOException {
    // Hadoop counts in what a local disk keeps for its administrator.
    return fs.getScheme().equals("file")
        ? new File(folder.toUri().getPath()).getUsableSpace()
        : fs.getStatus(folder).getRemaining();
  }

  /** Each checkpoint, and whether the store takes what these encoders would put into it. */
  List<Finding> encoders() {
    List<Finding> findings = new ArrayList<>();
    Map<String, SortedMap<String, String>> fingerprints = new TreeMap<>();
    experiment
        .encoders()
        .forEach((modality, encoder) -> findings.add(checkpoint(modality, encoder, fingerprints)));
    findings.add(store(fingerprints));
    return findings;
  }

  private Finding checkpoint(
      Modality modality,
      EncoderConfig encoder,
      Map<String, SortedMap<String, String>> fingerprints) {
    String check = "checkpoint " + modality.id();
    return Finding.of(
        check,
        () -> {
          CheckpointFacts facts =
              CheckpointFacts.of(conf, modality, encoder, experiment.store(), experiment.embed());
          fingerprints.put(modality.id(), facts.storeFingerprint());
          return Finding.ok(
              check,
              String.format(
                  Locale.ROOT,
                  "%s: %s, %d layers, reads %d tokens (%d codons), weights %s…",
                  encoder.checkpoint(),
                  facts.family(),
                  facts.layers(),
                  facts.maxTokens(),
                  facts.maxCodons(),
                  facts.sha256().substring(0, SHOWN_DIGITS)));
        });
  }

  private Finding store(Map<String, SortedMap<String, String>> fingerprints) {
    return Finding.of(
        "store",
        () -> {
          Path store = workspace.embeddings(experiment.store().name());
          StoreIdentity.check(conf, store, fingerprints);
          String name = experiment.store().name() + ": ";
          if (fingerprints.size() < experiment.encoders().size()) {
            return Finding.warning(
                "store", name + "not compared with checkpoints that cannot be read", "");
          }
          boolean there = store.getFileSystem(conf).exists(StoreIdentity.file(store));
          return Finding.ok("store", name + (there ? "made with these encoders" : "not there yet"));
        });
  }
}
