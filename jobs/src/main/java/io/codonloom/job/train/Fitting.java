package io.codonloom.job.train;

import io.codonloom.config.Training;
import io.codonloom.job.Progress;
import io.codonloom.training.BatchPlan;
import io.codonloom.training.EarlyStopping;
import io.codonloom.training.Epoch;
import io.codonloom.training.PlateauSchedule;
import io.codonloom.training.TrainingState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.NetworkUtils;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The epochs of a training, from its first or from where an interrupted call left it. */
final class Fitting {
  private static final Logger LOG = LoggerFactory.getLogger(Fitting.class);

  private final RunFolder folder;
  private final Training training;
  private final int workers;
  private final TrainingRows rows;
  private final AveragingTrainer trainer;
  private final Evaluation evaluation;
  private final LossGuard guard;
  private final EarlyStopping stopping;
  private final PlateauSchedule schedule;
  private final List<Epoch> history = new ArrayList<>();
  private double rate;
  private INDArray best;

  Fitting(
      RunFolder folder,
      Training training,
      int workers,
      TrainingRows rows,
      AveragingTrainer trainer,
      Evaluation evaluation,
      LossGuard guard) {
    this.folder = folder;
    this.training = training;
    this.workers = workers;
    this.rows = rows;
    this.trainer = trainer;
    this.evaluation = evaluation;
    this.guard = guard;
    this.stopping = new EarlyStopping(training.patience());
    this.schedule =
        new PlateauSchedule(
            training.learningRate(), training.plateauFactor(), training.plateauPatience());
    this.rate = training.learningRate();
  }

  /**
   * Trains until early stopping or the last epoch; the graph then has the best epoch's numbers,
   * also where a bad loss ends it.
   *
   * @param state to go on from
   * @return the history
   */
  List<Epoch> run(ComputationGraph graph, Optional<TrainingState> state) throws IOException {
    state.ifPresent(found -> resume(graph, found));
    if (best == null) {
      best = graph.params().dup();
    }
    int[] trainRows = rows.of(TrainingRows.TRAIN).toArray();
    BatchPlan plan = new BatchPlan(trainRows, rows.codons(), training.batchSize());
    int first = history.size() + 1;
    long start = System.nanoTime();
    try {
      for (int number = first; number <= training.epochs() && !stopping.shouldStop(); number++) {
        Epoch epoch = epoch(graph, plan, number);
        history.add(epoch);
        takeIn(graph, epoch);
        folder.writeJson("history.json", history);
        folder.save(TrainingState.of(graph, best, folder.fingerprint(), workers, history));
        double perEpoch = (System.nanoTime() - start) / 1e9 / (number - first + 1);
        LOG.info("{}", line(epoch, trainRows.length, perEpoch * (training.epochs() - number)));
      }
      return history;
    } finally {
      graph.setParams(best);
    }
  }

  /** The epochs that were finished. */
  List<Epoch> history() {
    return history;
  }

  private void resume(ComputationGraph graph, TrainingState state) {
    state.restore(graph);
    best = state.bestParameters();
    // Replayed, early stopping and the learning rate are where they were.
    for (Epoch epoch : state.facts().history()) {
      history.add(epoch);
      stopping.isBest(epoch.epoch(), epoch.validationLoss());
      setRate(graph, schedule.next(epoch.validationLoss()));
    }
    LOG.info("train {}: goes on after epoch {}", folder.name(), history.size());
  }

  private Epoch epoch(ComputationGraph graph, BatchPlan plan, int number) {
    long started = System.nanoTime();
    AveragingTrainer.Result steps = trainer.epoch(plan, number);
    guard.check(steps, rows.baseline(TrainingRows.TRAIN));
    Evaluation.Result validation = evaluation.of(graph, rows.of(TrainingRows.VALIDATION));
    guard.check(validation, rows.baseline(TrainingRows.VALIDATION), steps);
    return new Epoch(
        number,
        steps.loss(),
        validation.loss(),
        validation.score(),
        rate,
        validation.entropy(),
        (System.nanoTime() - started) / 1e9,
        steps.averagingSeconds(),
        steps.rounds());
  }

  private void takeIn(ComputationGraph graph, Epoch epoch) {
    if (stopping.isBest(epoch.epoch(), epoch.validationLoss())) {
      best.assign(graph.params());
    }
    setRate(graph, schedule.next(epoch.validationLoss()));
  }

  private void setRate(ComputationGraph graph, double next) {
    if (next != rate) {
      NetworkUtils.setLearningRate(graph, next);
      rate = next;
    }
  }

  private String line(Epoch epoch, int rowsTrained, double secondsLeft) {
    return String.format(
        Locale.ROOT,
        "train %s: epoch %d of %d, loss %.4f, validation %.4f, %s %.3f, %.0f rows/s, "
            + "averaging %.0f ms in each of %d rounds (%.0f %%), at most %s left",
        folder.name(),
        epoch.epoch(),
        training.epochs(),
        epoch.trainLoss(),
        epoch.validationLoss(),
        rows.target().regression() ? "Spearman" : "accuracy",
        epoch.validationScore(),
        rowsTrained / epoch.seconds(),
        1000 * epoch.averagingSeconds() / epoch.rounds(),
        epoch.rounds(),
        100 * epoch.averagingSeconds() / epoch.seconds(),
        Progress.duration(secondsLeft));
  }
}
