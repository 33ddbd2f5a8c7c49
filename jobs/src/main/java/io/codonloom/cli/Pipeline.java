package io.codonloom.cli;

import io.codonloom.UserException;
import io.codonloom.config.ConfigException;
import io.codonloom.config.EncoderConfig;
import io.codonloom.config.Experiment;
import io.codonloom.config.Split;
import io.codonloom.encoding.EncoderLimits;
import io.codonloom.fusion.Features;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.job.embed.EmbedEstimate;
import io.codonloom.job.embed.EmbedJob;
import io.codonloom.job.embed.EmbedPreview;
import io.codonloom.job.predict.OutputFormat;
import io.codonloom.job.predict.PredictJob;
import io.codonloom.job.prepare.PrepareCounts;
import io.codonloom.job.prepare.PrepareJob;
import io.codonloom.job.prepare.PreparePreview;
import io.codonloom.job.report.ReportJob;
import io.codonloom.job.train.TrainJob;
import io.codonloom.job.verify.Verification;
import io.codonloom.job.verify.VerifyJob;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.Workspace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** The stages of one experiment. */
final class Pipeline {
  /** What {@code --replace} does. */
  static final String REPLACE =
      "Gives up a finished run of that name that was trained with other settings or on other data; without it that run stays and the verb ends.";

  /** How long each encoder is measured. */
  private static final double TRIAL_SECONDS = 2;

  private final SparkSession spark;
  private final Experiment experiment;
  private final Workspace workspace;

  /**
   * The pipeline of an experiment.
   *
   * @param experiment with absolute paths
   * @throws UserException if the workspace is a file
   */
  Pipeline(SparkSession spark, Experiment experiment) throws IOException {
    this.spark = spark;
    this.experiment = experiment;
    this.workspace = new Workspace(experiment.workspace());
    Path root = new Path(workspace.root());
    FileSystem fs = root.getFileSystem(conf());
    // Else every verb would find nothing in it.
    if (fs.exists(root) && !fs.getFileStatus(root).isDirectory()) {
      throw new UserException(
          "the workspace %s is a file: name a folder in the config".formatted(root));
    }
  }

  /** Input rows become tables. */
  void prepare() throws IOException {
    prepareJob(EncoderLimits.of(conf(), experiment.encoders())).run();
  }

  private PrepareJob prepareJob(Map<Modality, InputLimit> limits) {
    return new PrepareJob(
        spark, workspace, experiment.dataset(), experiment.rules(), experiment.splits(), limits);
  }

  /** Whether the network needs a store. */
  boolean readsEmbeddings() {
    return experiment.model().features() == Features.EMBEDDINGS;
  }

  /** Sequences become codon-aligned embeddings. */
  void embed() {
    if (experiment.encoders().isEmpty()) {
      throw new ConfigException("encoders must hold at least one of dna, rna and protein");
    }
    new EmbedJob(
            spark,
            workspace,
            experiment.encoders(),
            experiment.store(),
            experiment.embed(),
            List.of(experiment.dataset().name()))
        .run();
  }

  /** A fusion model is fitted, and where the config says so another one to shuffled labels. */
  void train(boolean replace) {
    trainJob(replace).run();
  }

  /**
   * Checks, before hours of work, that no finished run with other settings is in the way.
   *
   * @throws UserException if there is one and it may not be replaced
   */
  void requireFree(boolean replace) throws IOException {
    trainJob(replace).requireFree();
  }

  /**
   * Checks what is prepared, before anything is embedded.
   *
   * @throws UserException if its rows cannot be trained on
   */
  void requireRows() {
    trainJob(false).requireRows();
  }

  /**
   * Checks, before hours of work, that the network fits the encoders and the split has its parts.
   *
   * @throws ConfigException if the config alone shows that training will be refused
   */
  void requireTrainable() {
    FusionSettings model = experiment.model();
    Set<Modality> there =
        readsEmbeddings() ? experiment.encoders().keySet() : Set.of(Modality.values());
    Set<Modality> read = model.modalities().isEmpty() ? there : Set.copyOf(model.modalities());
    try {
      model.requireFit(read);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("model: " + e.getMessage());
    }
    for (Modality modality : read) {
      if (!there.contains(modality)) {
        throw new ConfigException(
            "model.modalities names %s, but there is no encoders.%s"
                .formatted(modality.id(), modality.id()));
      }
    }
    for (Split split : experiment.splits()) {
      List<String> lacking = split.lacks(TrainJob.PARTS);
      if (split.name().equals(experiment.train().split()) && !lacking.isEmpty()) {
        throw new ConfigException(
            "train.split names %s, which has no part %s"
                .formatted(split.name(), String.join(" and ", lacking)));
      }
    }
  }

  /** The parts, as far as they are known before the proteins are compared. */
  private void requireParts(PrepareCounts counts) {
    String split = experiment.train().split();
    PrepareCounts.OfSplit of = counts.splits().get(split);
    for (String part : of == null ? List.<String>of() : TrainJob.PARTS) {
      if (!of.parts().containsKey(part) || of.parts().get(part).rows() == 0) {
        throw new UserException(
            "split %s has no rows in part '%s', only in %s; training needs %s"
                .formatted(split, part, of.parts().keySet(), String.join(" and ", TrainJob.PARTS)));
      }
    }
  }

  private TrainJob trainJob(boolean replace) {
    return new TrainJob(
        spark,
        workspace,
        experiment.dataset(),
        experiment.store().name(),
        experiment.train(),
        experiment.model(),
        replace);
  }

  /** What all stages would do, as aligned tables; nothing is written. */
  String plan() throws IOException {
    requireTrainable();
    Map<Modality, InputLimit> limits = EncoderLimits.of(conf(), experiment.encoders());
    // A network that reads the sequences themselves waits for no encoder.
    Map<Modality, EncoderConfig> encoders = readsEmbeddings() ? experiment.encoders() : Map.of();
    EmbedPreview embed =
        new EmbedPreview(
            spark,
            workspace,
            encoders,
            experiment.store(),
            experiment.embed(),
            experiment.dataset().name());
    try (PreparePreview prepare = prepareJob(limits).preview()) {
      boolean prepared = prepare.sequences().isEmpty();
      requireParts(prepare.counts());
      if (prepared) {
        requireRows();
      }
      Map<Modality, EmbedEstimate> estimates =
          encoders.isEmpty() ? Map.of() : embed.run(prepare.sequences(), TRIAL_SECONDS);
      boolean embedded = estimates.values().stream().allMatch(e -> e.todo().shards() == 0);
      return new PlanTable(
              experiment,
              prepared,
              prepare.counts(),
              limits,
              estimates,
              embed.tasks(),
              prepared && embedded && trainJob(false).isUpToDate())
          .text();
    }
  }

  /** What is on disk is held against what the stages wrote; nothing is changed. */
  Verification verify() throws IOException {
    return new VerifyJob(spark, workspace, experiment.dataset().name(), experiment.store().name())
        .run();
  }

  /**
   * A saved model reads new sequences.
   *
   * @param model the name of a run, or a file
   */
  Manifest predict(String model, String input, String output, OutputFormat format)
      throws IOException {
    Path file = new Path(workspace.run(model), "model.safetensors");
    if (model.contains("/") || model.endsWith(".safetensors")) {
      file = new Path(ExperimentCommand.absolute(model, conf()));
    }
    return new PredictJob(
            spark,
            experiment,
            new PredictJob.Request(
                file,
                ExperimentCommand.absolute(input, conf()),
                new Path(ExperimentCommand.absolute(output, conf())),
                format))
        .run();
  }

  /** A training becomes a page; gives where it lies. */
  String report() throws IOException {
    return new ReportJob(
            spark,
            workspace,
            experiment.dataset(),
            experiment.store().name(),
            experiment.train().run(),
            control())
        .run()
        .toString();
  }

  /** The test scores of the training and of its control, as an aligned table. */
  String scores() throws IOException {
    List<String> runs = new ArrayList<>(List.of(experiment.train().run()));
    control().ifPresent(runs::add);
    return new ScoreTable(conf(), workspace).of(experiment.dataset(), runs);
  }

  private Optional<String> control() {
    return experiment.train().shuffledControl()
        ? Optional.of(TrainJob.controlOf(experiment.train().run()))
        : Optional.empty();
  }

  private Configuration conf() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
