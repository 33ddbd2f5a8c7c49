package io.codonloom.job.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.SparkSessions;
import io.codonloom.UserException;
import io.codonloom.fusion.NetworkShape;
import io.codonloom.workspace.Manifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictFailureTest {
  @TempDir Path folder;
  private final SparkSession spark = SparkSessions.local();
  private PredictFixture fixture;
  private Path model;
  private Path input;
  private Path out;

  @BeforeEach
  void makeAModel() throws IOException {
    fixture = new PredictFixture(folder);
    model =
        fixture.model(
            "letters", new NetworkShape().width(6).oneHot().textCnn(4, 3).build(), List.of());
    input = VariantLibrary.write(folder.resolve("new.csv"), VariantLibrary.variants(1, 2, 5, 1));
    out = folder.resolve("out");
  }

  private void predict(Path model, Path input) throws IOException {
    fixture.predict(spark, model, input, "out", OutputFormat.CSV);
  }

  private static void assertOneLine(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(parts)
        .hasMessageNotContaining("\n");
  }

  private Map<String, String> writeFormerResult() throws IOException {
    Files.createDirectories(out);
    for (String name : List.of("predictions.csv", "refused.csv")) {
      Files.writeString(out.resolve(name), "former " + name);
    }
    Manifest.of(
            PredictJob.STAGE,
            "out",
            "former",
            Instant.EPOCH,
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of())
        .write(
            spark.sparkContext().hadoopConfiguration(),
            new org.apache.hadoop.fs.Path(out.resolve("manifest.json").toString()));
    return contents(out);
  }

  /** Every file with its bytes, as text. */
  private static Map<String, String> contents(Path folder) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(Files::isRegularFile)
          .forEach(
              file -> {
                try {
                  contents.put(
                      folder.relativize(file).toString(),
                      Arrays.toString(Files.readAllBytes(file)));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
    return contents;
  }

  @Test
  void whatTheUserHasInTheOutputStaysAndWhatAnEarlierCallLeftGoes() throws IOException {
    Path own = Files.createDirectories(out.resolve("scores")).resolve("own.txt");
    Files.writeString(own, "mine");
    Path killed =
        Files.createDirectories(out.resolve(".codonloom-predict/tables/labels/dataset=predict"));
    Files.writeString(killed.resolve("part.parquet"), "half of a file");
    Files.writeString(out.resolve("embed.json"), "{}");

    predict(model, input);

    assertThat(contents(out))
        .containsOnlyKeys("manifest.json", "predictions.csv", "refused.csv", "scores/own.txt");
    assertThat(own).hasContent("mine");
    assertThat(out.resolve(".codonloom-predict")).doesNotExist();
    assertThat(folder.resolve("ws")).doesNotExist();
  }

  @Test
  void aWrongCallCostsNoFormerResult() throws IOException {
    Map<String, String> former = writeFormerResult();
    byte[] bytes = Files.readAllBytes(model);
    Path cut =
        Files.write(folder.resolve("cut.safetensors"), Arrays.copyOf(bytes, bytes.length - 9));
    Path noColumn = Files.writeString(folder.resolve("other.csv"), "id,text\na,ATGTAA\n");

    assertOneLine(() -> predict(model, folder.resolve("typo.csv")), "typo.csv");
    assertOneLine(() -> predict(cut, input), cut.toString(), "cut short");
    assertOneLine(() -> predict(model, noColumn), "other.csv has no column 'sequence'");

    assertThat(contents(out)).isEqualTo(former);
  }

  @Test
  void aFailureOnTheWayLeavesNoTablesAndTheFormerResult() throws IOException {
    Map<String, String> former = writeFormerResult();
    Path embeddings =
        fixture.model(
            "mil", new NetworkShape().width(8).gateUnits(4).textCnn(4, 3).build(), List.of());
    Path tooLong =
        VariantLibrary.write(folder.resolve("long.csv"), VariantLibrary.variants(1, 2, 1100, 1));

    assertOneLine(
        () -> predict(embeddings, tooLong), "none of the 1 protein inputs could be embedded");

    Map<String, String> now = contents(out);
    now.remove("embed.json"); // It tells of the store, which has something now.
    assertThat(now).isEqualTo(former);
    assertThat(folder.resolve("ws").toFile().list())
        .containsExactlyInAnyOrder("embeddings", "stores");
  }

  @Test
  void whereAllRowsAreRefusedTheirReasonsAreWrittenBeforeTheCallEnds() throws IOException {
    writeFormerResult();
    Files.writeString(out.resolve("embed.json"), "{}");
    Path refused =
        VariantLibrary.write(folder.resolve("bad.csv"), List.of("GCTGCT", "", "ATGGCTGCA"));

    assertOneLine(
        () -> predict(model, refused),
        "none of the 3 rows passes the rules",
        "no_stop_codon=2",
        "every row and its reasons: file:" + out.resolve("refused.csv"));

    assertThat(contents(out)).containsOnlyKeys("refused.csv");
    assertThat(Files.readAllLines(out.resolve("refused.csv")))
        .containsExactly(
            "row_number,row_id,reason,position",
            "1,v0,no_start_codon; no_stop_codon,0",
            "2,v1,empty,",
            "3,v2,no_stop_codon,6");
  }

  @Test
  void anOutputThatCannotBeWrittenIsFoundBeforeAnyWork() throws IOException {
    Files.writeString(out, "mine");
    assertOneLine(
        () -> predict(folder.resolve("no.safetensors"), input),
        "file:" + out + " cannot be written: ");
    assertThat(out).hasContent("mine");
  }
}
