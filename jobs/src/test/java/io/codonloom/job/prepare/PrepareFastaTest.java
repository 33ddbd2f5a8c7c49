package io.codonloom.job.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.SharedData;
import io.codonloom.UserException;
import io.codonloom.config.ConfigException;
import io.codonloom.config.TextLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** FASTA, with its labels in a file of their own or without. */
class PrepareFastaTest {
  private static final String HEADER = "id,sequence,label\n";

  @TempDir Path folder;

  private PrepareFixture fixture() {
    return new PrepareFixture(folder);
  }

  @Test
  void aFolderOfFastaWithAnyLineEndsKeepsItsRecords() {
    PrepareFixture fixture = fixture();
    StringBuilder labels = new StringBuilder("id\tlabel\tnote\n");
    for (String end : List.of("\r", "\n", "\r\n")) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 20; i++) {
        String id = "s" + end.length() + (int) end.charAt(0) + i;
        text.append('>').append(id).append(" x").append(end).append("ATGG ").append(end);
        text.append("CTTAA").append(i == 19 ? "" : end);
        labels.append(id).append("\t").append(i).append("\t\"two\nlines\"\n");
      }
      fixture.file("in/" + end.length() + (int) end.charAt(0) + ".fa", text.toString());
    }
    // Of the label file, too, the lines end in any way, and in a field with line breaks.
    fixture.file("labels.tsv", labels.toString().replace("\n", "\r"));
    fixture.labels(folder.resolve("labels.tsv").toUri().toString());
    fixture.input(folder.resolve("in").toUri().toString());
    PrepareCounts counts = PrepareFixture.inPiecesOf("100b", fixture);
    assertThat(counts.rows()).isEqualTo(60);
    assertThat(counts.accepted()).isEqualTo(60);
    assertThat(counts.labelsWithoutSequence()).isZero();
  }

  @Test
  void fastaHeadersTellTheCodingPartAndIdsJoinWithoutTheirVersion() {
    PrepareFixture fixture =
        fixture()
            .decimal(",")
            .layout(new TextLayout("utf-8", "auto", Optional.empty(), true, true))
            .file("labels.csv", "id;label\nT1.7;1,5\nT2;2\nT3;3.5\nT4;4\n")
            .labels(folder.resolve("labels.csv").toUri().toString())
            .file(
                "d.fa",
                """
                >T1.4 x|UTR5:1-2|CDS:3-11|
                GGATG GCTT
                AACC
                >T2.1 cds=1-9
                ATGGCTTAA
                >T3 CDS:1-9
                ATGGCTTAA
                >T4.1 gene
                ATGGCTTAA
                """);
    PrepareCounts counts = fixture.run();
    assertThat(counts.reasons())
        .isEqualTo(java.util.Map.of("cds_out_of_range", 1L, "label_not_a_number", 1L));
    assertThat(counts.labelsWithoutSequence()).isZero();
    assertThat(counts.sequencesAccepted()).isEqualTo(1);
    assertThat(fixture.labelRows())
        .extracting(row -> row.getAs("row_id") + " " + row.getAs("label"))
        .containsExactly("T1 1.5", "T2 2.0");
  }

  @Test
  void aLabelFileBesideAnythingButFastaIsRefused() {
    PrepareFixture fixture = fixture();
    fixture.file("labels.csv", "id,label\na,1\n");
    fixture.labels(folder.resolve("labels.csv").toUri().toString());
    assertThatThrownBy(fixture.file("d.csv", HEADER + "a,ATGGCTTAA,1\n")::run)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("dataset.labels is for FASTA")
        .hasMessageContaining("take dataset.labels out");
  }

  @Test
  void fastaTakesItsLabelsFromASideFile() throws IOException {
    PrepareFixture fixture = fixture();
    fixture.file("labels.csv", "label,id\n1.5,a\n2.5,b\n3,other\n");
    fixture.labels(folder.resolve("labels.csv").toUri().toString());
    fixture.file(
        "d.fa.gz",
        PrepareFixture.gzip(
            "\n>a some words\r\nATGG\r\nCTTAA\r\n\r\n>b\nAUGGGUUAA\n>c\nATGGCTTAA"));
    PrepareCounts counts = fixture.run();
    assertThat(counts.rows()).isEqualTo(3);
    assertThat(counts.reasons()).isEqualTo(java.util.Map.of("label_missing", 1L));
    assertThat(counts.labelsWithoutSequence()).isEqualTo(1);
    assertThat(fixture.labelRows())
        .extracting(row -> row.getAs("row_id") + " " + row.getAs("label"))
        .containsExactly("a 1.5", "b 2.5");
    assertThat(fixture.rejectRows().get(0).<Long>getAs("row_number")).isEqualTo(3);
  }

  @Test
  void fastaWithoutLabelsIsForPredictionOnly() {
    PrepareFixture fixture = fixture().file("d.fa", ">a\nATGGCTTAA\n>b\nATGGGTTAA\n");
    assertThatThrownBy(fixture::run)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("labels must name the file");
    PrepareCounts counts = fixture.rules(PrepareFixture.lenient()).run();
    assertThat(counts.accepted()).isEqualTo(2);
    assertThat(counts.kept()).isEqualTo(java.util.Map.of("label_missing", 2L));
    assertThat(fixture.labelRows().get(0).<Double>getAs("label")).isNull();
  }

  @Test
  void aLabelFileWithAnIdTwiceIsRefused() {
    PrepareFixture fixture = fixture();
    fixture.file("labels.csv", "id,label\na,1\na,2\n");
    fixture.labels(folder.resolve("labels.csv").toUri().toString());
    assertThatThrownBy(fixture.file("d.fa", ">a\nATGGCTTAA\n")::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("labels.csv has 2 rows with the id a");
    assertThatThrownBy(fixture.file("d.fa", "ATGGCTTAA\n")::run)
        .hasMessageContaining("does not start with '>'");
  }

  @Test
  void theYeastGenomeIsReadAsFasta() {
    PrepareCounts counts =
        fixture()
            .input(SharedData.file("yeast_cds.fasta.gz").toUri().toString())
            .rules(PrepareFixture.lenient())
            .run();
    assertThat(counts.rows()).isEqualTo(6600);
    assertThat(counts.accepted() + counts.refused()).isEqualTo(6600);
    assertThat(counts.kept()).containsEntry("label_missing", counts.accepted());
  }
}
