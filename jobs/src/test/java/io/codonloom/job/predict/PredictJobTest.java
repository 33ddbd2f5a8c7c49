package io.codonloom.job.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.codonloom.SparkSessions;
import io.codonloom.UserException;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.NetworkShape;
import io.codonloom.model.Predictor;
import io.codonloom.model.SequencePrediction;
import io.codonloom.model.TrainingData;
import io.codonloom.sequence.Modality;
import io.codonloom.workspace.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictJobTest {
  private static final FusionSettings MIL =
      new NetworkShape().width(8).gateUnits(4).textCnn(4, 3, 4).build();

  @TempDir Path folder;
  private final SparkSession spark = SparkSessions.local();
  private PredictFixture fixture;

  @BeforeEach
  void makeFixture() {
    fixture = new PredictFixture(folder);
  }

  @Test
  void aLibraryOfVariantsEmbedsEachProteinOnceAndKeepsNothingElse() throws IOException {
    Path model = fixture.model("mil", MIL, List.of());
    List<String> sequences = VariantLibrary.variants(4, 2000, 12, 1);
    int distinct = new HashSet<>(sequences).size();
    List<String> given = new ArrayList<>(sequences);
    given.add("ATGGCTTAAGCT");
    given.add("");
    Path input = VariantLibrary.write(folder.resolve("library.csv"), given);

    Manifest manifest = fixture.predict(spark, model, input, "out", OutputFormat.CSV);

    assertThat(Manifest.JSON.treeToValue(manifest.settings().path("trainedOn"), TrainingData.class))
        .isEqualTo(PredictFixture.TRAINED_ON);
    PredictCounts counts = Manifest.JSON.treeToValue(manifest.counts(), PredictCounts.class);
    assertThat(List.of(counts.rows(), counts.predicted(), counts.refused()))
        .containsExactly(2002L, 2000L, 2L);
    assertThat(counts.modalities().get("protein")).isEqualTo(new PredictCounts.OfModality(4, 4, 0));
    assertThat(counts.modalities().get("rna"))
        .isEqualTo(new PredictCounts.OfModality(distinct, 0, distinct));
    assertThat(folder.resolve("ws/embeddings/tiny/modality=protein")).exists();
    assertThat(folder.resolve("ws/embeddings/tiny/modality=rna")).doesNotExist();
    assertThat(folder.resolve("ws/manifests/embed-tiny.json")).doesNotExist();
    try (var left = Files.walk(folder.resolve("ws"))) {
      assertThat(left).noneMatch(path -> path.toString().contains("dataset=predict"));
    }

    List<String> lines = Files.readAllLines(folder.resolve("out/predictions.csv"));
    assertThat(lines.get(0))
        .isEqualTo(
            "row_number,row_id,sequence_id,prediction,attention_dna,attention_rna,attention_protein");
    Map<String, String[]> byId =
        lines.stream()
            .skip(1)
            .map(line -> line.split(",", -1))
            .collect(Collectors.toMap(fields -> fields[1], fields -> fields));
    assertThat(byId).hasSize(2000);
    assertThat(lines.subList(1, lines.size()))
        .extracting(line -> line.substring(0, line.indexOf(',')))
        .isEqualTo(IntStream.rangeClosed(1, 2000).mapToObj(String::valueOf).toList());
    try (Predictor predictor = Predictor.open(model, PredictFixture.checkpoints())) {
      for (int i = 0; i < 2000; i += 399) {
        SequencePrediction one = predictor.predict(sequences.get(i));
        String[] fields = byId.get("v" + i);
        assertThat(Double.parseDouble(fields[3])).isCloseTo(one.value(), within(1e-5));
        assertThat(Double.parseDouble(fields[5]))
            .isCloseTo(one.attention().get(Modality.RNA), within(1e-5));
      }
    }
    assertThat(Files.readAllLines(folder.resolve("out/refused.csv")))
        .containsExactly(
            "row_number,row_id,reason,position",
            "2001,v2000,no_stop_codon; internal_stop,6",
            "2002,v2001,empty,");

    Path more =
        VariantLibrary.write(
            folder.resolve("more.csv"), VariantLibrary.variants(4, 60, 12, 1).subList(40, 60));
    PredictCounts again =
        Manifest.JSON.treeToValue(
            fixture.predict(spark, model, more, "more", OutputFormat.CSV).counts(),
            PredictCounts.class);
    assertThat(again.modalities().get("protein")).isEqualTo(new PredictCounts.OfModality(4, 0, 0));
  }

  @Test
  void classesComeWithTheirProbabilitiesAndFastaNeedsNoHeader() throws IOException {
    List<String> classes = List.of("low", "high, very");
    Path model =
        fixture.model(
            "classes", new NetworkShape().width(6).oneHot().textCnn(4, 3).build(), classes);
    List<String> sequences = VariantLibrary.variants(3, 5, 20, 2);
    Path input = folder.resolve("new.fasta");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < sequences.size(); i++) {
      lines.addAll(List.of(">s" + i + " a variant", sequences.get(i)));
    }
    Files.write(input, lines);

    Manifest manifest = fixture.predict(spark, model, input, "out", OutputFormat.PARQUET);

    assertThat(manifest.counts().path("predicted").asInt()).isEqualTo(5);
    assertThat(manifest.counts().path("modalities")).isEmpty();
    assertThat(folder.resolve("ws/embeddings")).doesNotExist();
    List<Row> rows = fixture.predictions(spark, "out");
    assertThat(rows).hasSize(5);
    try (Predictor predictor = Predictor.open(model, Map.of())) {
      for (int i = 0; i < 5; i++) {
        Row row = rows.get(i);
        SequencePrediction one = predictor.predict(sequences.get(i));
        assertThat(row.<String>getAs("row_id")).isEqualTo("s" + i);
        assertThat(row.<String>getAs("prediction")).isEqualTo(classes.get((int) one.value()));
        double low = row.getAs("probability_low");
        assertThat(low).isCloseTo(one.probabilities().get("low"), within(1e-5));
        assertThat(low + row.<Double>getAs("probability_high, very")).isCloseTo(1, within(1e-6));
      }
    }
  }

  @Test
  void aModelWithOtherEncodersIsRefusedFieldByField() throws IOException {
    Path model = fixture.model("mil", MIL, List.of());
    Path input = VariantLibrary.write(folder.resolve("a.csv"), VariantLibrary.variants(1, 2, 5, 1));
    assertThatThrownBy(
            () ->
                fixture.predict(
                    spark,
                    fixture.experiment("encoders.protein.layer=3", "store.dtype=fp32"),
                    model,
                    input,
                    "out",
                    OutputFormat.CSV))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("was trained with another dna encoder than the config's")
        .hasMessageContaining("dtype is fp16 there and fp32 now");
    assertThatThrownBy(
            () ->
                fixture.predict(
                    spark,
                    fixture.experiment("encoders.protein.layer=3"),
                    model,
                    input,
                    "out",
                    OutputFormat.CSV))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("another protein encoder")
        .hasMessageContaining("layer is 6 there and 3 now");
    assertThat(folder.resolve("ws")).doesNotExist();
  }

  @Test
  void aSequenceThatAnEncoderCannotReadIsRefusedWithTheReason() throws IOException {
    Path model = fixture.model("mil", MIL, List.of());
    List<String> sequences = new ArrayList<>(VariantLibrary.variants(2, 4, 10, 3));
    sequences.add("ATG" + "GCT".repeat(1100) + "TAA");
    Path input = VariantLibrary.write(folder.resolve("long.csv"), sequences);

    Manifest manifest = fixture.predict(spark, model, input, "out", OutputFormat.CSV);

    assertThat(manifest.counts().path("predicted").asInt()).isEqualTo(4);
    assertThat(manifest.counts().path("notScored").asInt()).isEqualTo(1);
    String[] refused = Files.readString(folder.resolve("out/refused.csv")).split("\n", -1);
    assertThat(Arrays.asList(refused))
        .anyMatch(
            line ->
                line.startsWith("5,v4,")
                    && line.contains("not_scored: ")
                    && line.contains("of 1101 codons the encoder reads only 1022 at once"));
  }
}
