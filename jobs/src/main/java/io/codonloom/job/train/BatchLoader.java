package io.codonloom.job.train;

import io.codonloom.model.Example;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.nd4j.common.loader.Source;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Loads the batch that a descriptor names from this machine's copy of the store. */
final class BatchLoader implements MultiDataSetLoader {
  private static final long serialVersionUID = 1L;

  private final TrainingContext context;
  private final StepProbe probe;

  BatchLoader(TrainingContext context, StepProbe probe) {
    this.context = context;
    this.probe = probe;
  }

  @Override
  public MultiDataSet load(Source source) {
    BatchDescriptor batch = BatchDescriptor.parse(source.getPath());
    probe.loading(batch);
    return load(context, batch);
  }

  static MultiDataSet load(TrainingContext context, BatchDescriptor batch) {
    LocalExamples local = LocalExamples.of(context);
    List<Example> examples = Arrays.stream(batch.rows()).mapToObj(local::example).toList();
    return context.assembler().assemble(examples, batch.epoch());
  }
}
