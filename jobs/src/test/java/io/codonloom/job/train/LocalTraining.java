package io.codonloom.job.train;

import io.codonloom.config.Training;
import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.embedding.CodonVectors;
import io.codonloom.fusion.Target;
import io.codonloom.model.BatchAssembler;
import io.codonloom.model.Example;
import io.codonloom.model.ModelDescription;
import io.codonloom.sequence.Modality;
import io.codonloom.store.EmbeddingShard;
import io.codonloom.training.BatchPlan;
import io.codonloom.workspace.ModalityColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import org.nd4j.linalg.dataset.MultiDataSet;

/** The batches of a run without Spark's part in loading them, for training in one thread. */
final class LocalTraining {
  private final TrainFixture fixture;
  private final Path table;
  private final ModelDescription description;
  private final BatchAssembler assembler;
  private final Training training;
  private final Example[] examples;
  private final int[] codons;
  private final int[] train;

  LocalTraining(TrainFixture fixture, Path table, ModelDescription description, Training training) {
    this.fixture = fixture;
    this.table = table;
    this.description = description;
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

  BatchPlan plan() {
    return new BatchPlan(train, codons, training.batchSize());
  }

  MultiDataSet batch(int[] rows, int epoch) {
    return assembler.assemble(Arrays.stream(rows).mapToObj(row -> examples[row]).toList(), epoch);
  }

  List<MultiDataSet> batches(int epoch) {
    return plan().epoch(training.seed(), epoch).stream().map(rows -> batch(rows, epoch)).toList();
  }

  /** The same rows as executors are told of them. */
  TrainingContext context() {
    Map<Modality, List<String>> shards = new TreeMap<>();
    for (Modality modality : description.dims().keySet()) {
      shards.put(
          modality,
          new ArrayList<>(
              fixture
                  .spark
                  .read()
                  .parquet(table.toString())
                  .select(ModalityColumns.shard(modality))
                  .distinct()
                  .as(Encoders.STRING())
                  .collectAsList()));
    }
    return new TrainingContext(
        new SerializableConfiguration(fixture.conf()),
        "local-" + System.nanoTime(),
        table.toString(),
        examples.length,
        fixture.workspace.embeddings("s").toString(),
        "local-" + System.nanoTime(),
        shards,
        new TreeMap<>(description.dims()),
        description.network(),
        Target.REGRESSION,
        description.scaling(),
        training.seed());
  }
}
