package io.codonloom.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.SparkSessions;
import io.codonloom.config.Training;
import io.codonloom.fusion.FusionNetwork;
import io.codonloom.fusion.Optimizer;
import io.codonloom.fusion.Target;
import io.codonloom.model.ModelDescription;
import io.codonloom.model.ModelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;

/** Averaging beside the same steps made one after the other in one thread. */
class AveragingTest {
  private static final int EPOCHS = 2;
  private static final long SEED = 5;

  @TempDir static Path folder;
  private static TrainFixture fixture;
  private static ModelDescription description;

  @BeforeAll
  static void writeWorkspace() throws IOException {
    fixture = new TrainFixture(SparkSessions.local(), folder, 100).write();
    fixture.job(TrainFixture.training("first", 1, 1)).run();
    Path model = folder.resolve("runs/first/model.safetensors");
    description = ModelFile.read(model).description();
  }

  @Test
  void plainSgdAveragedAfterEveryStepOfTwoWorkersIsThatOfTheDoubleBatch() {
    Training training = training(2, 1);
    ComputationGraph averaged = withPlainSgd();
    float[] first = averaged.params().toFloatVector();
    average(averaged, training);

    ComputationGraph doubled = withPlainSgd();
    LocalTraining local = local(training);
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
      for (List<BatchDescriptor> round : rounds(local, training, epoch)) {
        int[] rows = round.stream().flatMapToInt(b -> Arrays.stream(b.rows())).toArray();
        doubled.fit(local.batch(rows, epoch));
      }
    }
    assertThat(furthest(averaged, doubled.params().toFloatVector())).isLessThan(1e-5);
    assertThat(furthest(averaged, first)).as("way from the start").isGreaterThan(1e-2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void parametersAndBothOfAdamsMomentsAreTheMeansOverTheWorkers(int workers) {
    Training training = training(workers, 2);
    ComputationGraph averaged = withAdam();
    average(averaged, training);

    ComputationGraph expected = withAdam();
    averageByHand(expected, training);
    assertThat(averaged.params().toFloatVector())
        .containsExactly(expected.params().toFloatVector());
    assertThat(moments(averaged)).containsExactly(moments(expected));
    assertThat(averaged.getConfiguration().getIterationCount())
        .isEqualTo(expected.getConfiguration().getIterationCount());
  }

  @Test
  void soAreThoseOfManyWorkersThatAreAddedUpInGroups() {
    Training training = training(7, 1);
    ComputationGraph averaged = withAdam();
    average(averaged, training);

    ComputationGraph expected = withAdam();
    averageByHand(expected, training);
    assertThat(furthest(averaged, expected.params().toFloatVector())).isLessThan(1e-6);
    ComputationGraph again = withAdam();
    average(again, training);
    assertThat(again.params().toFloatVector()).containsExactly(averaged.params().toFloatVector());
  }

  private static Training training(int workers, int frequency) {
    Training base = TrainFixture.training("averaging", workers, EPOCHS);
    return new Training(
        base.run(),
        base.split(),
        SEED,
        base.batchSize(),
        workers,
        frequency,
        EPOCHS,
        base.patience(),
        base.plateauPatience(),
        base.plateauFactor(),
        base.optimizer(),
        base.learningRate(),
        base.weightDecay(),
        false,
        base.bootstrapSamples(),
        base.classWeights());
  }

  private static LocalTraining local(Training training) {
    Path examples = folder.resolve("runs/first/examples");
    return new LocalTraining(
        fixture, new org.apache.hadoop.fs.Path(examples.toUri()), description, training);
  }

  private static void average(ComputationGraph network, Training training) {
    LocalTraining local = local(training);
    AveragingTrainer trainer =
        new AveragingTrainer(
            new JavaSparkContext(fixture.spark.sparkContext()),
            local.context(),
            training,
            training.workers(),
            new LossGuard(
                new RunFolder(fixture.conf(), fixture.workspace.run(training.run()), ""),
                fixture.spark.emptyDataFrame()),
            network);
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
      trainer.epoch(local.plan(), epoch);
    }
  }

  private static void averageByHand(ComputationGraph network, Training training) {
    LocalTraining local = local(training);
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
      for (List<BatchDescriptor> round : rounds(local, training, epoch)) {
        int workers = Math.min(training.workers(), round.size());
        int steps = round.size() / workers;
        INDArray parameters = null;
        INDArray moments = null;
        for (int worker = 0; worker < workers; worker++) {
          ComputationGraph own = copy(network);
          for (BatchDescriptor batch : round.subList(worker * steps, (worker + 1) * steps)) {
            own.fit(local.batch(batch.rows(), epoch));
          }
          INDArray state = own.getUpdater().getStateViewArray();
          parameters = parameters == null ? own.params() : parameters.addi(own.params());
          moments = moments == null ? state : moments.addi(state);
        }
        network.setParams(parameters.divi(workers));
        network.getUpdater().setStateViewArray(moments.divi(workers));
        ComputationGraphConfiguration configuration = network.getConfiguration();
        configuration.setIterationCount(configuration.getIterationCount() + steps);
      }
    }
  }

  private static List<List<BatchDescriptor>> rounds(
      LocalTraining local, Training training, int epoch) {
    List<BatchDescriptor> batches = new ArrayList<>();
    for (int[] rows : local.plan().epoch(SEED, epoch)) {
      batches.add(new BatchDescriptor(epoch, batches.size() + 1, rows));
    }
    return AveragingRounds.of(
        batches,
        training.batchSize(),
        training.workers(),
        training.averagingFrequency(),
        batch -> local.plan().paddedCodons(batch.rows()));
  }

  private static ComputationGraph copy(ComputationGraph network) {
    ComputationGraph copy = new ComputationGraph(network.getConfiguration().clone());
    copy.init();
    copy.setParams(network.params().dup());
    copy.getUpdater().setStateViewArray(network.getUpdater().getStateViewArray().dup());
    copy.getConfiguration().setIterationCount(network.getConfiguration().getIterationCount());
    return copy;
  }

  private static ComputationGraph withAdam() {
    return network(configuration());
  }

  private static ComputationGraph withPlainSgd() {
    ComputationGraphConfiguration configuration = configuration();
    configuration
        .getVertices()
        .values()
        .forEach(
            vertex -> {
              if (vertex instanceof LayerVertex layer
                  && layer.getLayerConf().getLayer() instanceof BaseLayer trained) {
                trained.setIUpdater(new Sgd(0.05));
              }
            });
    return network(configuration);
  }

  private static ComputationGraphConfiguration configuration() {
    return FusionNetwork.configuration(
        description.network(),
        description.dims(),
        Target.REGRESSION,
        new Optimizer(Optimizer.Method.ADAM, 5e-3, 1e-3),
        SEED);
  }

  private static ComputationGraph network(ComputationGraphConfiguration configuration) {
    ComputationGraph network = new ComputationGraph(configuration);
    network.init();
    return network;
  }

  private static float[] moments(ComputationGraph network) {
    return network.getUpdater().getStateViewArray().dup().toFloatVector();
  }

  private static double furthest(ComputationGraph network, float[] others) {
    float[] parameters = network.params().toFloatVector();
    double furthest = 0;
    for (int i = 0; i < parameters.length; i++) {
      furthest = Math.max(furthest, Math.abs(parameters[i] - others[i]));
    }
    return furthest;
  }
}
