package io.codonloom.job.predict;

import io.codonloom.config.Experiment;
import io.codonloom.config.ExperimentFile;
import io.codonloom.device.Device;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.encoder.Encoder;
import io.codonloom.encoder.EncoderOutput;
import io.codonloom.encoder.EncoderSettings;
import io.codonloom.encoder.Precision;
import io.codonloom.encoder.engine.Encoders;
import io.codonloom.encoding.EncoderSet;
import io.codonloom.fusion.Features;
import io.codonloom.fusion.FusionNetwork;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.Optimizer;
import io.codonloom.fusion.Target;
import io.codonloom.model.LabelScaling;
import io.codonloom.model.ModelDescription;
import io.codonloom.model.ModelFile;
import io.codonloom.model.OneHot;
import io.codonloom.model.Preprocessing;
import io.codonloom.model.TrainingData;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.OverLong;
import io.codonloom.sequence.Rules;
import io.codonloom.workspace.Manifest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Models with random parameters for the tiny encoders, and jobs that run them. */
final class PredictFixture {
  private static final Path ROOT = Path.of(System.getProperty("codonloom.root"));
  static final LabelScaling SCALING = new LabelScaling(40, 7);
  static final TrainingData TRAINED_ON =
      new TrainingData("genes", "c0ffee", new TreeMap<>(Map.of("train", 8L, "val", 2L)));

  private final Path folder;

  PredictFixture(Path folder) {
    this.folder = folder;
  }

  /** The demo's experiment in a workspace of the folder. */
  Experiment experiment(String... overrides) {
    List<String> all = new ArrayList<>(List.of(overrides));
    all.add("workspace=" + folder.resolve("ws").toUri());
    all.add("dataset.genetic-code=1");
    checkpoints()
        .forEach(
            (modality, path) ->
                all.add("encoders." + modality.id() + ".checkpoint=" + path.toUri()));
    return ExperimentFile.read(ROOT.resolve("conf/demo.conf"), all);
  }

  static Map<Modality, Path> checkpoints() {
    Path encoders = ROOT.resolve("test-data/encoders");
    return new TreeMap<>(
        Map.of(
            Modality.DNA, encoders.resolve("nt-v2-tiny"),
            Modality.RNA, encoders.resolve("rna-fm-tiny"),
            Modality.PROTEIN, encoders.resolve("esm2-tiny")));
  }

  /** A model file; with no classes a regression. */
  Path model(String name, FusionSettings network, List<String> classes) throws IOException {
    boolean letters = network.features() == Features.ONE_HOT;
    SortedMap<Modality, Integer> dims = new TreeMap<>();
    for (Modality modality : Modality.values()) {
      dims.put(modality, letters ? OneHot.dim(modality) : dim(modality));
    }
    Target target = classes.isEmpty() ? Target.REGRESSION : Target.classes(classes.size());
    ComputationGraph graph =
        new ComputationGraph(
            FusionNetwork.configuration(network, dims, target, Optimizer.adam(0.01), 4));
    graph.init();
    Experiment experiment = experiment();
    Map<String, Map<String, String>> encoders = new TreeMap<>();
    if (!letters) {
      encoders.putAll(
          EncoderSet.of(
                  new Configuration(),
                  experiment.encoders(),
                  experiment.store(),
                  experiment.embed())
              .fields());
    }
    ModelDescription description =
        new ModelDescription(
            ModelFile.FORMAT,
            "0.1.0",
            "stability",
            classes,
            network,
            dims,
            classes.isEmpty() ? SCALING : new LabelScaling(0, 1),
            new Preprocessing(
                1,
                Rules.defaults(),
                new TreeMap<>(Map.of(Modality.RNA, new InputLimit(OverLong.TRUNCATE, 340)))),
            encoders,
            Map.of(),
            TRAINED_ON);
    Path file = folder.resolve(name + ".safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      ModelFile.write(out, description, graph);
    }
    return file;
  }

  private static int dim(Modality modality) {
    Checkpoint checkpoint = Checkpoint.open(checkpoints().get(modality));
    try (Encoder encoder =
        Encoders.open(
            checkpoint,
            modality,
            new EncoderSettings(EncoderOutput.HIDDEN, -1, Precision.FP32, 1),
            Device.CPU)) {
      return encoder.dim();
    }
  }

  /** The rows of a Parquet output, by id. */
  List<Row> predictions(SparkSession spark, String output) {
    return spark
        .read()
        .parquet(folder.resolve(output).resolve("predictions.parquet").toUri().toString())
        .orderBy("row_id")
        .collectAsList();
  }

  Manifest predict(SparkSession spark, Path model, Path input, String output, OutputFormat format)
      throws IOException {
    return predict(spark, experiment(), model, input, output, format);
  }

  Manifest predict(
      SparkSession spark,
      Experiment experiment,
      Path model,
      Path input,
      String output,
      OutputFormat format)
      throws IOException {
    return new PredictJob(
            spark,
            experiment,
            new PredictJob.Request(
                new org.apache.hadoop.fs.Path(model.toUri()),
                input.toUri().toString(),
                new org.apache.hadoop.fs.Path(folder.resolve(output).toUri()),
                format))
        .run();
  }
}
