package io.codonloom.job.train;

import io.codonloom.config.Training;
import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.fusion.Target;
import io.codonloom.sequence.Modality;
import io.codonloom.table.EmbeddingShard;
import io.codonloom.training.BatchAssembler;
import io.codonloom.training.BatchPlan;
import io.codonloom.training.CodonVectors;
import io.codonloom.training.Example;
import io.codonloom.training.ModelDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.nd4j.linalg.dataset.MultiDataSet;

/** The batches of a run without Spark's part in loading them, for training in one thread. */
final class LocalTraining {
  private final BatchAssembler assembler;
  private final Training training;
  private final Example[] examples;
  private final int[] codons;
  private final int[] train;

  LocalTraining(TrainFixture fixture, Path table, ModelDescription description, Training training) {
    this.training = training;
    this.assembler =
        new BatchAssembler(
            description.network(),
            description.dims(),
            Target.REGRESSION,
            description.scaling(),
            training.seed());
    List<Row> rows = fixture.spark.read().parquet(table.toString()).orderBy("row").collectAsList();
    examples = new Example[rows.size()];
    codons = new int[rows.size()];
    List<Integer> trainRows = new ArrayList<>();
    for (Row row : rows) {
      int index = row.getAs("row");
      codons[index] = row.getAs("n_codons");
      if (row.getAs("part").equals("train")) {
        trainRows.add(index);
      }
      SortedMap<Modality, CodonVectors> vectors = new TreeMap<>();
      for (Modality modality : description.dims().keySet()) {
        Path file =
            EmbeddingShard.file(
                fixture.workspace.embeddings("s"), modality, row.getAs(modality.id() + "_shard"));
        CodonEmbedding embedding =
            EmbeddingShard.read(fixture.conf(), file)
                .get(row.<String>getAs(modality.id() + "_key"));
        vectors.put(modality, CodonVectors.of(embedding));
      }
      examples[index] = new Example(index, row.getAs("label"), vectors);
    }
    train = trainRows.stream().mapToInt(Integer::intValue).toArray();
  }

  List<MultiDataSet> batches(int epoch) {
    List<MultiDataSet> batches = new ArrayList<>();
    for (int[] rows :
        new BatchPlan(train, codons, training.batchSize()).epoch(training.seed(), epoch)) {
      List<Example> batch = new ArrayList<>();
      for (int row : rows) {
        batch.add(examples[row]);
      }
      batches.add(assembler.assemble(batch, epoch));
    }
    return batches;
  }
}
