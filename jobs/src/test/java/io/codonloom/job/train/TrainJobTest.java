package io.codonloom.job.train;

import static io.codonloom.config.ClassWeights.NONE;
import static io.codonloom.fusion.Optimizer.Method.ADAM;
import static io.codonloom.sequence.Modality.DNA;
import static io.codonloom.sequence.Modality.RNA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.type.TypeReference;
import io.codonloom.SparkSessions;
import io.codonloom.UserException;
import io.codonloom.config.Training;
import io.codonloom.fusion.Fusion;
import io.codonloom.fusion.FusionNetwork;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.Head;
import io.codonloom.fusion.NetworkShape;
import io.codonloom.fusion.Optimizer;
import io.codonloom.fusion.Target;
import io.codonloom.metric.PartScores;
import io.codonloom.metric.Score;
import io.codonloom.model.ModelFile;
import io.codonloom.model.TrainingData;
import io.codonloom.sequence.Modality;
import io.codonloom.training.Epoch;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableWriter;
import io.codonloom.workspace.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TrainJobTest {
  @TempDir static Path folder;
  private static TrainFixture fixture;

  @BeforeAll
  static void writeWorkspace() throws IOException {
    fixture =
        new TrainFixture(SparkSessions.local(), folder.resolve("a folder at 100 %"), 150).write();
  }

  @Test
  void learnsWhatCanBeLearnedAndLeavesEverythingItPromises() throws IOException {
    Manifest manifest = fixture.job(TrainFixture.training("learned", 2, 12)).run();

    List<Epoch> history = history("learned");
    assertThat(history).hasSize(12);
    Epoch first = history.get(0);
    Epoch last = history.get(11);
    assertThat(last.trainLoss()).isLessThan(first.trainLoss() / 2);
    assertThat(last.validationLoss()).isLessThan(first.validationLoss() / 2);
    assertThat(last.attentionEntropy()).isBetween(0.0, Math.log(3) + 1e-6);
    assertThat(last.averagingSeconds()).isBetween(0.0, last.seconds());

    Map<String, PartScores> metrics =
        read("learned/metrics.json", new TypeReference<Map<String, PartScores>>() {});
    assertThat(metrics).containsOnlyKeys("test", "train", "val");
    Score spearman = metrics.get("test").scores().get(0);
    assertThat(spearman.metric()).isEqualTo("spearman");
    assertThat(spearman.value()).isGreaterThan(0.8);
    assertThat(spearman.low()).isLessThan(spearman.value());
    // Some sequences of this part are measured twice: see the fixture.
    Score train = metrics.get("train").scores().get(0);
    assertThat(train.rows()).isEqualTo(105);
    assertThat(train.unit()).isEqualTo("sequence");
    assertThat(train.units()).isEqualTo(90);

    List<Row> predictions =
        fixture.spark.read().parquet(path("learned/predictions").toString()).collectAsList();
    assertThat(predictions).hasSize(165);
    for (Row row : predictions) {
      double attention =
          row.<Double>getAs("attention_dna")
              + row.<Double>getAs("attention_rna")
              + row.<Double>getAs("attention_protein");
      assertThat(attention).isCloseTo(1, within(1e-5));
      assertThat(row.<Double>getAs("prediction")).as("own units").isBetween(0.0, 80.0);
    }
    ModelFile model = ModelFile.read(Path.of(path("learned/model.safetensors").toUri().getPath()));
    assertThat(model.description().scaling().mean()).isCloseTo(TrainFixture.MEAN, within(3.0));
    assertThat(model.description().encoders().get("dna")).containsEntry("weights", "abc");
    assertThat(manifest.counts().at("/rows/train").asInt()).isEqualTo(105);
    TrainingData data = model.description().data();
    assertThat(data.dataset()).isEqualTo("d");
    assertThat(data.fingerprint())
        .isEqualTo(
            DataFingerprint.of(fixture.spark.read().parquet(path("learned/examples").toString())));
    assertThat(data.rows()).containsEntry("train", 105L).containsOnlyKeys("test", "train", "val");
  }

  static Stream<Arguments> networks() {
    return Stream.of(
        Arguments.of("dna-alone", shape(Fusion.NONE).modalities(DNA).build()),
        Arguments.of("upsampled-dna", shape(Fusion.NONE).modalities(DNA).upsampledDna().build()),
        Arguments.of("two", shape(Fusion.CONCAT).modalities(DNA, RNA).build()),
        Arguments.of("concat-all", shape(Fusion.CONCAT).projectAll().build()),
        Arguments.of("upsampled", shape(Fusion.MIL).upsampledDna().build()),
        Arguments.of("tokens", shape(Fusion.TOKEN_ATTENTION).head(Head.MLP).build()),
        Arguments.of("cross", shape(Fusion.CROSS_ATTENTION).attentionDropout(0.1).build()),
        Arguments.of("vanilla", shape(Fusion.VANILLA_CONCAT).head(Head.LSTM).build()));
  }

  private static NetworkShape shape(Fusion fusion) {
    return new NetworkShape()
        .fusion(fusion)
        .width(8)
        .gateUnits(4)
        .headUnits(8)
        .textCnn(8, 3, 4, 5)
        .dropout(0.1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void everyNetworkIsTrainedAndWeightsOnlyWhatItReads(String run, FusionSettings network)
      throws IOException {
    fixture.job(TrainFixture.training(run, 1, 3), network).run();

    List<Epoch> history = history(run);
    assertThat(history.get(2).trainLoss()).isLessThan(history.get(0).trainLoss());
    SortedSet<Modality> read =
        new TreeSet<>(
            network.modalities().isEmpty() ? List.of(Modality.values()) : network.modalities());
    assertThat(model(run).description().dims()).containsOnlyKeys(read);
    for (Row row :
        fixture.spark.read().parquet(path(run + "/predictions").toString()).collectAsList()) {
      assertThat(row.<Double>getAs("prediction")).isFinite();
      assertThat(row.isNullAt(row.fieldIndex("attention_dna")))
          .isEqualTo(!network.weighsModalities());
    }
  }

  @Test
  void aFinishedRunIsNotRepeated() {
    Training training = TrainFixture.training("once", 1, 1);
    Manifest first = fixture.job(training).run();
    assertThat(fixture.job(training).run().started()).isEqualTo(first.started());
  }

  @Test
  void oneWorkerEndsWithTheParametersOfPlainLocalTraining() throws IOException {
    Training training = TrainFixture.training("local", 1, 1);
    fixture.job(training).run();
    ModelFile model = model("local");

    ComputationGraph network =
        new ComputationGraph(
            FusionNetwork.configuration(
                TrainFixture.network(),
                model.description().dims(),
                Target.REGRESSION,
                new Optimizer(
                    training.optimizer(), training.learningRate(), training.weightDecay()),
                training.seed()));
    network.init();
    LocalTraining local =
        new LocalTraining(fixture, path("local/examples"), model.description(), training);
    local.batches(1).forEach(network::fit);

    assertThat(model.network().params().toFloatVector())
        .containsExactly(network.params().toFloatVector());
  }

  @Test
  void shuffledLabelsCannotBeLearned() throws IOException {
    Training real = TrainFixture.training("control", 2, 6);
    Training both =
        new Training(
            real.run(),
            real.split(),
            real.seed(),
            real.batchSize(),
            real.workers(),
            real.averagingFrequency(),
            real.epochs(),
            real.patience(),
            real.plateauPatience(),
            real.plateauFactor(),
            real.optimizer(),
            real.learningRate(),
            real.weightDecay(),
            true,
            20,
            NONE);
    fixture.job(both).run();

    TypeReference<Map<String, PartScores>> type = new TypeReference<>() {};
    double learned = read("control/metrics.json", type).get("test").scores().get(0).value();
    double shuffled =
        read("control-shuffled/metrics.json", type).get("test").scores().get(0).value();
    assertThat(learned).isGreaterThan(0.7);
    assertThat(Math.abs(shuffled)).isLessThan(0.5);
    List<Row> rows =
        fixture
            .spark
            .read()
            .parquet(path("control-shuffled/predictions").toString())
            .groupBy("sequence_id")
            .agg(
                org.apache
                    .spark
                    .sql
                    .functions
                    .count_distinct(org.apache.spark.sql.functions.col("label"))
                    .as("labels"))
            .where("labels > 1")
            .collectAsList();
    assertThat(rows).as("sequences with several labels").isEmpty();
  }

  @Test
  void parametersThatAreNoNumbersStopTheRunAndNameTheBatch() {
    assertThatThrownBy(() -> fixture.job(wild(1e30)).run())
        .isInstanceOf(UserException.class)
        .hasMessageMatching(
            "wild: the (loss|parameters) became [a-zA-Z ]+ in epoch 1, batch \\d+ "
                + "\\(rows row-\\d+-\\d(, row-\\d+-\\d){7}\\); no epoch was finished; "
                + "lower train.learning-rate or look at these rows");
  }

  @Test
  void aLossThatExplodesStopsTheRunAndNamesTheFirstBatchThatDid() {
    assertThatThrownBy(() -> fixture.job(wild(30)).run())
        .isInstanceOf(UserException.class)
        .hasMessageMatching(
            "wild: the loss exploded to .*, more than 1000 times that of one answer for all rows, "
                + "in epoch 1, batch \\d+ \\(rows .*\\); no epoch was finished; .*");
  }

  private static Training wild(double learningRate) {
    return new Training(
        "wild", "random", 5, 8, 2, 3, 5, 50, 5, 0.5, ADAM, learningRate, 0, false, 20, NONE);
  }

  @Test
  void anInfiniteEmbeddingStopsTheRunAndItsRowIsNamed() throws IOException {
    TrainFixture poisoned =
        new TrainFixture(SparkSessions.local(), folder.resolve("poisoned"), 30).poison(11).write();
    assertThatThrownBy(() -> poisoned.job(TrainFixture.training("poisoned", 2, 2)).run())
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("in epoch 1, batch", "row-11-0");
  }

  @Test
  void saysWhatToRunFirst() {
    TrainJob job =
        new TrainJob(
            fixture.spark,
            fixture.workspace,
            TrainFixture.dataset(),
            "other",
            TrainFixture.training("none", 1, 1),
            TrainFixture.network());
    assertThatThrownBy(job::run)
        .isInstanceOf(UserException.class)
        .hasMessage("store other is not complete; run embed first");
  }

  @Test
  void whatCannotBeTrainedCostsNoFormerResult() throws IOException {
    fixture.job(TrainFixture.training("former", 1, 1)).run();
    TableWriter.replace(
        fixture
            .spark
            .read()
            .parquet(splits("random").toString())
            .selectExpr("row_id", "if(part = 'val', 'test', part) as part"),
        splits("without"));
    assertThatThrownBy(() -> fixture.replacing(onSplit("former", "without")).run())
        .isInstanceOf(UserException.class)
        .hasMessageContaining("split without has no rows in part 'val', only in [test, train]");
    assertThat(Manifest.read(fixture.conf(), fixture.workspace.runManifest("former"))).isPresent();
  }

  @Test
  void otherClassesThanThoseOfPrepareAreRefused() throws IOException {
    TrainJob job =
        new TrainJob(
            fixture.spark,
            fixture.workspace,
            TrainFixture.classification(),
            "s",
            TrainFixture.training("classes", 1, 1),
            TrainFixture.network());
    assertThatThrownBy(job::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("dataset d was prepared with the classes [], not [low")
        .hasMessageContaining("run prepare again");
  }

  private static Training onSplit(String run, String split) {
    return new Training(run, split, 5, 8, 1, 3, 1, 5, 5, 0.5, ADAM, 5e-3, 0, false, 9, NONE);
  }

  private static org.apache.hadoop.fs.Path splits(String split) {
    return TableWriter.partition(
        TableWriter.partition(fixture.workspace.splits(), TableColumns.DATASET, "d"),
        "split",
        split);
  }

  @Test
  void namesASplitThatIsNotThere() {
    assertThatThrownBy(() -> fixture.job(onSplit("nosplit", "gene")).run())
        .isInstanceOf(UserException.class)
        .hasMessage("dataset d has no split gene; run prepare first");
  }

  @Test
  void labelledRowsThatASplitLacksAreAnErrorAndNotDropped() {
    org.apache.hadoop.fs.Path splits =
        TableWriter.partition(fixture.workspace.splits(), TableColumns.DATASET, "d");
    TableWriter.replace(
        fixture
            .spark
            .read()
            .parquet(TableWriter.partition(splits, "split", "random").toString())
            .where("row_id not in ('row-1-0', 'row-7-0')"),
        TableWriter.partition(splits, "split", "partial"));
    Training partial =
        new Training("partial", "partial", 5, 8, 1, 3, 1, 5, 5, 0.5, ADAM, 1e-3, 0, false, 9, NONE);
    assertThatThrownBy(() -> fixture.job(partial).run())
        .isInstanceOf(UserException.class)
        .hasMessage(
            "2 labelled rows of dataset d have no part in split partial; run prepare again");
  }

  private static ModelFile model(String run) {
    return ModelFile.read(Path.of(path(run + "/model.safetensors").toUri().getPath()));
  }

  private static List<Epoch> history(String run) throws IOException {
    return read(run + "/history.json", new TypeReference<List<Epoch>>() {});
  }

  private static <T> T read(String name, TypeReference<T> type) throws IOException {
    return Manifest.JSON.readValue(WholeFile.readText(fixture.conf(), path(name)), type);
  }

  private static org.apache.hadoop.fs.Path path(String name) {
    return fixture.workspace.run(name);
  }
}
