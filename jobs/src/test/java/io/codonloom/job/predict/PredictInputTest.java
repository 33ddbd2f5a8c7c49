package io.codonloom.job.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.codonloom.SparkSessions;
import io.codonloom.UserException;
import io.codonloom.fusion.NetworkShape;
import io.codonloom.model.Predictor;
import io.codonloom.model.SequencePrediction;
import io.codonloom.sequence.Modality;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictInputTest {
  private static final List<String> SEQUENCES = VariantLibrary.variants(2, 4, 15, 3);

  @TempDir Path folder;
  private final SparkSession spark = SparkSessions.local();
  private PredictFixture fixture;
  private Path model;

  @BeforeEach
  void makeAModel() throws IOException {
    fixture = new PredictFixture(folder);
    model =
        fixture.model(
            "letters", new NetworkShape().width(6).oneHot().textCnn(4, 3).build(), List.of());
  }

  private Path text(String name, String separator) throws IOException {
    List<String> lines = new ArrayList<>(List.of("id" + separator + "sequence"));
    for (int i = 0; i < SEQUENCES.size(); i++) {
      lines.add("v" + i + separator + SEQUENCES.get(i));
    }
    return Files.write(folder.resolve(name), lines);
  }

  @Test
  void tabSeparatedRowsArePredicted() throws IOException {
    fixture.predict(spark, model, text("new.tsv", "\t"), "out", OutputFormat.CSV);

    List<String> lines = Files.readAllLines(folder.resolve("out/predictions.csv"));
    assertThat(lines).hasSize(1 + SEQUENCES.size());
    try (Predictor predictor = Predictor.open(model, Map.of())) {
      for (int i = 0; i < SEQUENCES.size(); i++) {
        String[] fields = lines.get(1 + i).split(",", -1);
        assertThat(fields[0]).isEqualTo(String.valueOf(i + 1));
        assertThat(fields[1]).isEqualTo("v" + i);
        assertThat(Double.parseDouble(fields[3]))
            .isCloseTo(predictor.predict(SEQUENCES.get(i)).value(), within(1e-5));
      }
    }
  }

  @Test
  void parquetInputGivesParquetWithTheAttentionToEachModality() throws IOException {
    Path input = folder.resolve("new.parquet");
    spark
        .read()
        .option("header", true)
        .csv(text("new.csv", ",").toUri().toString())
        .write()
        .parquet(input.toUri().toString());

    fixture.predict(spark, model, input, "out", OutputFormat.PARQUET);

    List<Row> rows = fixture.predictions(spark, "out");
    assertThat(rows).hasSize(SEQUENCES.size());
    assertThat(rows.get(0).schema().fieldNames())
        .containsExactly(
            "row_number",
            "row_id",
            "sequence_id",
            "prediction",
            "attention_dna",
            "attention_rna",
            "attention_protein");
    try (Predictor predictor = Predictor.open(model, Map.of())) {
      for (int i = 0; i < SEQUENCES.size(); i++) {
        SequencePrediction one = predictor.predict(SEQUENCES.get(i));
        Row row = rows.get(i);
        assertThat(row.<Double>getAs("prediction")).isCloseTo(one.value(), within(1e-5));
        for (Modality modality : Modality.values()) {
          assertThat(row.<Double>getAs("attention_" + modality.id()))
              .isCloseTo(one.attention().get(modality), within(1e-5));
        }
      }
    }
    assertThat(
            spark.read().parquet(folder.resolve("out/refused.parquet").toUri().toString()).count())
        .isZero();
  }

  @Test
  void anEndingThatTellsNothingIsReadInTheConfigsFormat() throws IOException {
    Path input = text("new.txt", "\t");
    assertThatThrownBy(() -> fixture.predict(spark, model, input, "out", OutputFormat.CSV))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("new.txt by its ending: name it .csv,")
        .hasMessageEndingWith("or set dataset.format");

    fixture.predict(
        spark, fixture.experiment("dataset.format=tsv"), model, input, "out", OutputFormat.CSV);

    assertThat(Files.readAllLines(folder.resolve("out/predictions.csv")))
        .hasSize(1 + SEQUENCES.size());
  }

  @Test
  void anEndingThatTellsTheFormatCountsMoreThanTheConfig() throws IOException {
    Path input = Files.writeString(folder.resolve("new.fa"), ">a\n" + SEQUENCES.get(0) + "\n");
    assertThat(
            fixture
                .predict(
                    spark,
                    fixture.experiment("dataset.format=csv"),
                    model,
                    input,
                    "out",
                    OutputFormat.CSV)
                .counts()
                .path("predicted")
                .asInt())
        .isEqualTo(1);
  }
}
