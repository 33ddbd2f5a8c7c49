package io.codonloom.job.train;

import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.TaskContext;
import org.apache.spark.util.CollectionAccumulator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Sits in each worker: it tells the driver every step's loss and time, corrects the iteration count
 * and frees each batch. The loader, the listener and the hook of one task are the same object,
 * since they are serialized together.
 */
final class StepProbe extends BaseTrainingListener implements TrainingHook, Serializable {
  private static final long serialVersionUID = 1L;

  private final CollectionAccumulator<Step> steps;
  private final int firstIteration;
  private transient BatchDescriptor batch;
  private transient long started;
  private transient int done;
  private transient double loss;

  /**
   * @param firstIteration how many steps each worker has made before this round
   */
  StepProbe(CollectionAccumulator<Step> steps, int firstIteration) {
    this.steps = steps;
    this.firstIteration = firstIteration;
  }

  void loading(BatchDescriptor descriptor) {
    batch = descriptor;
    started = System.nanoTime();
  }

  @Override
  public void preUpdate(MultiDataSet data, Model model) {
    // The configuration's clone() forgets the iteration count, so that Adam's bias correction
    // would start again in every round.
    ((ComputationGraph) model).getConfiguration().setIterationCount(firstIteration + done);
  }

  @Override
  public void onBackwardPass(Model model) {
    IOutputLayer label = (IOutputLayer) ((ComputationGraph) model).getOutputLayer(0);
    loss = label.computeScore(0, true, LayerWorkspaceMgr.noWorkspaces());
  }

  @Override
  public void postUpdate(MultiDataSet data, Model model) {
    done++;
    double seconds = (System.nanoTime() - started) / 1e9;
    boolean finite = Double.isFinite(model.params().sumNumber().doubleValue());
    steps.add(
        new Step(
            TaskContext.getPartitionId(),
            batch.number(),
            batch.rows().length,
            loss,
            finite,
            seconds));
    free(data);
  }

  /** Gives a batch's native memory back at once: the garbage collector sees only small objects. */
  static void free(MultiDataSet data) {
    Arrays.stream(data.getFeatures()).forEach(INDArray::close);
  }

  @Override
  public void preUpdate(DataSet data, Model model) {
    throw new UnsupportedOperationException("batches have several inputs");
  }

  @Override
  public void postUpdate(DataSet data, Model model) {
    throw new UnsupportedOperationException("batches have several inputs");
  }
}
