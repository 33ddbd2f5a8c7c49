package io.codonloom.job.train;

import static io.codonloom.fusion.Optimizer.Method.ADAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.type.TypeReference;
import io.codonloom.SparkSessions;
import io.codonloom.UserException;
import io.codonloom.config.ClassWeights;
import io.codonloom.config.Training;
import io.codonloom.metric.Metric;
import io.codonloom.metric.PartScores;
import io.codonloom.metric.Score;
import io.codonloom.model.ModelFile;
import io.codonloom.training.Epoch;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableWriter;
import io.codonloom.workspace.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassificationTest {
  @TempDir static Path folder;
  private static TrainFixture fixture;

  @BeforeAll
  static void writeWorkspace() throws IOException {
    fixture = new TrainFixture(SparkSessions.local(), folder, 200).withClasses().write();
  }

  @Test
  void learnsClassesAndTellsTheirProbabilitiesAndScores() throws IOException {
    fixture.job(training("classes", 12, ClassWeights.NONE)).run();

    List<Epoch> history = read("classes/history.json", new TypeReference<List<Epoch>>() {});
    assertThat(history.get(11).validationLoss()).isLessThan(history.get(0).validationLoss() / 1.5);
    PartScores test = scores("classes").get("test");
    assertThat(test.scores())
        .extracting(Score::metric)
        .containsExactlyElementsOf(Metric.CLASSIFICATION.stream().map(Metric::id).toList());
    assertThat(test.scores().get(0).value()).as("accuracy").isGreaterThan(0.7);
    assertThat(test.confusion()).hasSize(3).allMatch(row -> row.size() == 3);
    assertThat(test.confusion().stream().flatMap(List::stream).mapToInt(n -> n).sum())
        .isEqualTo(test.scores().get(0).rows());
    PartScores train = scores("classes").get("train");
    assertThat(train.by()).containsOnlyKeys("cell", "species");
    assertThat(train.by().get("species")).containsOnlyKeys("human", "yeast");
    assertThat(train.by().get("cell")).as("a value of few rows").containsOnlyKeys("common");
    assertThat(history.get(11).validationScore()).as("accuracy").isBetween(0.6, 1.0);

    List<Row> rows =
        fixture.spark.read().parquet(path("classes/predictions").toString()).collectAsList();
    assertThat(rows).hasSize(220);
    for (Row row : rows) {
      List<Double> probabilities = row.getList(row.fieldIndex("probabilities"));
      assertThat(probabilities.stream().mapToDouble(p -> p).sum()).isCloseTo(1, within(1e-5));
      int best = (int) (double) row.<Double>getAs("prediction");
      assertThat(probabilities).allMatch(p -> p <= probabilities.get(best));
    }
    ModelFile model = ModelFile.read(Path.of(path("classes/model.safetensors").toUri().getPath()));
    assertThat(model.description().classes()).isEqualTo(TrainFixture.CLASSES);
  }

  @Test
  void balancedWeightsMakeARareClassMoreProbable() throws IOException {
    fixture.job(training("even", 3, ClassWeights.NONE)).run();
    fixture.job(training("balanced", 3, ClassWeights.BALANCED)).run();
    assertThat(rare("balanced")).isGreaterThan(1.3 * rare("even"));
  }

  private static double rare(String run) {
    return fixture
        .spark
        .read()
        .parquet(path(run + "/predictions").toString())
        .select(functions.avg(functions.col("probabilities").getItem(0)))
        .first()
        .getDouble(0);
  }

  @Test
  void aClassWithoutRowsCannotBeWeighed() throws IOException {
    TrainFixture lacking =
        new TrainFixture(SparkSessions.local(), folder.resolve("lacking"), 40)
            .withClasses()
            .write();
    org.apache.hadoop.fs.Path labels =
        TableWriter.partition(lacking.workspace.labels(), TableColumns.DATASET, "d");
    Row[] kept =
        (Row[]) fixture.spark.read().parquet(labels.toString()).where("label > 0").collect();
    TableWriter.replace(
        fixture.spark.createDataFrame(
            List.of(kept), fixture.spark.read().parquet(labels.toString()).schema()),
        labels);
    assertThatThrownBy(() -> lacking.job(training("lacking", 1, ClassWeights.BALANCED)).run())
        .isInstanceOf(UserException.class)
        .hasMessageContaining("no row of part train is of class 'low'");
  }

  private static Training training(String run, int epochs, ClassWeights weights) {
    return new Training(
        run, "random", 5, 8, 2, 3, epochs, 50, 50, 0.5, ADAM, 5e-3, 1e-5, false, 50, weights);
  }

  private static Map<String, PartScores> scores(String run) throws IOException {
    return read(run + "/metrics.json", new TypeReference<>() {});
  }

  private static <T> T read(String name, TypeReference<T> type) throws IOException {
    return Manifest.JSON.readValue(WholeFile.readText(fixture.conf(), path(name)), type);
  }

  private static org.apache.hadoop.fs.Path path(String name) {
    return fixture.workspace.run(name);
  }
}
