package io.codonloom.job.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.UserException;
import io.codonloom.config.TextLayout;
import io.codonloom.sequence.CodingSequence;
import io.codonloom.sequence.GeneticCode;
import io.codonloom.sequence.Modality;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CSV and TSV in every form in which tables come. */
class PrepareDelimitedTest {
  private static final String HEADER = "id,sequence,label\n";

  @TempDir Path folder;

  private PrepareFixture fixture() {
    return new PrepareFixture(folder);
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstColumnsName() {
    PrepareCounts counts = fixture().file("d.csv", "\ufeff" + HEADER + "a,ATGGCTTAA,1\n").run();
    assertThat(counts.accepted()).isEqualTo(1);
  }

  @Test
  void carriageReturnsAreNoPartOfTheLastField() {
    PrepareFixture fixture =
        fixture()
            .file("d.csv", (HEADER + "a,ATGGCTTAA,1.5\nb,ATGGGTTAA,2\n").replace("\n", "\r\n"));
    assertThat(fixture.run().accepted()).isEqualTo(2);
    assertThat(fixture.labelRows().get(0).<Double>getAs("label")).isEqualTo(1.5);
  }

  @Test
  void caseAndAlphabetMakeOneSequence() {
    PrepareFixture fixture =
        fixture().file("d.csv", HEADER + "a,atggcttaa,1\nb,AUGGCUUAA,2\nc,ATGGCTTAA,3\n");
    PrepareCounts counts = fixture.run();
    assertThat(counts.sequencesGiven()).isEqualTo(1);
    assertThat(counts.sequencesAccepted()).isEqualTo(1);
    String id = CodingSequence.of("ATGGCTTAA", GeneticCode.of(1)).id();
    assertThat(fixture.labelRows()).extracting(row -> row.getAs("sequence_id")).containsOnly(id);
    assertThat(fixture.sequenceRows(Modality.DNA).get(0).<String>getAs("sequence"))
        .isEqualTo("ATGGCT");
    assertThat(fixture.sequenceRows(Modality.RNA).get(0).<String>getAs("sequence"))
        .isEqualTo("AUGGCU");
    assertThat(fixture.sequenceRows(Modality.PROTEIN).get(0).<String>getAs("sequence"))
        .isEqualTo("MA");
    assertThat(fixture.sequenceRows(Modality.PROTEIN).get(0).<Integer>getAs("n_codons"))
        .isEqualTo(2);
  }

  @Test
  void quotedFieldsMayHoldSeparatorsAndQuotes() {
    PrepareFixture fixture =
        fixture()
            .file(
                "d.csv", "\"id\",\"sequence\",label,note\n\"a, \"\"b\"\"\",\"ATGGCTTAA\",\"1\",x\n")
            .covariates("note");
    assertThat(fixture.run().accepted()).isEqualTo(1);
    Row row = fixture.labelRows().get(0);
    assertThat(row.<String>getAs("row_id")).isEqualTo("a, \"b\"");
    assertThat(row.<String, String>getJavaMap(row.fieldIndex("covariates")))
        .containsExactly(java.util.Map.entry("note", "x"));
  }

  @Test
  void rowsThatDoNotFitTheHeaderAreRefusedOneByOne() {
    PrepareFixture fixture =
        fixture()
            .file(
                "d.csv",
                HEADER
                    + "a,ATGGCTTAA,1\nb,ATGGCTTAA\nc,ATGGCTTAA,3,4\nd,\"ATGGCTTAA,5\ne,ATGGCTTAA,6\n");
    PrepareCounts counts = fixture.run();
    assertThat(counts.rows()).isEqualTo(5);
    assertThat(counts.reasons()).containsEntry("malformed_row", 3L);
    assertThat(fixture.labelRows())
        .extracting(row -> row.getAs("row_id"))
        .containsExactly("a", "e");
    assertThat(fixture.rejectRows())
        .extracting(row -> row.getAs("row_number"))
        .containsExactly(2L, 3L, 4L);
  }

  @Test
  void aFieldWithLineBreaksIsReadWholeAlsoFromAFileThatIsReadInPieces() {
    String text =
        "id,sequence,\"label\n(h)\",note\n"
            + "a,ATGGCTTAA,1,\"two\nlines\"\n"
            + "b,ATGGGTTAA,2,x\r\n"
            + "c,\"ATGG\nATTAA\",3,\"a row?\nd,ATGGGTTAA,2,x\nno \"\"row\"\"\"\n"
            + "e,ATGGCTTAA,\"4\r\n\",x\n"
            + "f,ATGGCTTAA,\"5,x\n";
    for (String most : List.of("1g", "60b")) {
      PrepareFixture fixture =
          new PrepareFixture(folder.resolve(most))
              .file("d.csv", text)
              .label("label\n(h)")
              .covariates("note");
      PrepareCounts counts = PrepareFixture.inPiecesOf(most, fixture);
      assertThat(counts.rows()).isEqualTo(5);
      assertThat(counts.reasons()).containsEntry("malformed_row", 1L);
      assertThat(fixture.labelRows())
          .extracting(
              row ->
                  row.getAs("row_id")
                      + " "
                      + row.getAs("label")
                      + " "
                      + row.getJavaMap(row.fieldIndex("covariates")).get("note"))
          .containsExactly(
              "a 1.0 two\nlines",
              "b 2.0 x",
              "c 3.0 a row?\nd,ATGGGTTAA,2,x\nno \"row\"",
              "e 4.0 x");
    }
  }

  @Test
  void aQuoteThatNothingClosesRefusesItsRowAlone() {
    PrepareFixture fixture =
        fixture()
            .file("in/a.csv", HEADER + "a,ATGGCTTAA,1\nb,ATGGGTTAA,\"2\nc,ATGGATTAA,3\n")
            .file("in/b.csv", HEADER + "d,ATGGCTTAA,\"4\n")
            .input(folder.resolve("in").toUri().toString());
    PrepareCounts counts = fixture.run();
    assertThat(counts.reasons()).containsEntry("malformed_row", 2L);
    assertThat(fixture.labelRows())
        .extracting(row -> row.getAs("row_id"))
        .containsExactly("a", "c");
  }

  @Test
  void aQuoteInsideAPlainFieldIsACharacter() {
    PrepareFixture fixture =
        fixture()
            .file("d.csv", "id,sequence,label,note\na,ATGGCTTAA,1,5\" long\nb 3\",ATGGGTTAA,2,x\n")
            .covariates("note");
    assertThat(fixture.run().accepted()).isEqualTo(2);
    assertThat(fixture.labelRows())
        .extracting(row -> row.getAs("row_id"))
        .containsExactly("a", "b 3\"");
  }

  @Test
  void bytesOfAnotherEncodingAreRefusedWhereverTheyStandOrReadByTheirEncoding() {
    StringBuilder text = new StringBuilder(HEADER);
    for (int i = 0; i < 20_000; i++) {
      text.append(i).append(i < 19_998 ? "" : i == 19_998 ? "\u00e9" : "\u00e8");
      text.append(",ATGGCTTAA,1\n");
    }
    PrepareFixture fixture =
        fixture().file("d.csv", text.toString().getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> PrepareFixture.inPiecesOf("90k", fixture))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("d.csv is no text in UTF-8: line 20000 has other bytes")
        .hasMessageContaining("set dataset.encoding");
    fixture.layout(new TextLayout("windows-1252", "auto", Optional.empty(), false, false));
    assertThat(PrepareFixture.inPiecesOf("90k", fixture).accepted()).isEqualTo(20_000);
    assertThat(fixture.labelRows())
        .extracting(row -> row.<String>getAs("row_id"))
        .contains("19998\u00e9", "19999\u00e8");
    fixture
        .file("labels.csv", "id,label\na,1\n\u00e9,2\n".getBytes(StandardCharsets.ISO_8859_1))
        .labels(folder.resolve("labels.csv").toUri().toString())
        .layout(TextLayout.DEFAULT);
    assertThatThrownBy(fixture.file("d.fa", ">a\nATGGCTTAA\n")::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("labels.csv is no text in UTF-8: line 3");
  }

  @Test
  void commentsSeparatorsAndTheIndexColumnOfRAreRead() {
    PrepareFixture fixture =
        fixture()
            .layout(new TextLayout("utf-8", "auto", Optional.of("#"), false, false))
            .file(
                "d.csv",
                "# by R\n\"id\";\"sequence\";\"label\"\n#\n\"1\";a;ATGGCTTAA;1\n2;b;ATGGCTTAA;2");
    assertThat(fixture.run().accepted()).isEqualTo(2);
    assertThat(fixture.labelRows()).extracting(r -> r.getAs("row_id")).containsExactly("a", "b");
    assertThatThrownBy(fixture.file("d.csv", "nr;sequence;label\na;ATGGCTTAA;1\n")::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining(
            "seems to have the separator ';' and the columns nr, sequence, label");
    // Where it is told, another one is not tried; an empty last field is no index.
    fixture.layout(new TextLayout("utf-8", ";", Optional.empty(), false, false));
    assertThatThrownBy(fixture.file("d.csv", HEADER + "a,ATGGCTTAA,1\n")::run)
        .hasMessageContaining("d.csv has no column 'id'");
    assertThatThrownBy(fixture.file("d.csv", "id;sequence;label\na;ATGGCTTAA;1;\n")::run)
        .hasMessageContaining("malformed_row")
        .hasMessageContaining("4 fields of 3");
  }

  @Test
  void theCodingPartOfATranscriptIsCutByColumns() {
    PrepareFixture fixture =
        fixture()
            .cds("from", "to")
            .file(
                "d.csv",
                """
                id,sequence,label,from,to
                a,GGATGGCTTAACC,1,3,11
                b,AT GGCT TAA,2,1.0,9
                c,ATGGCTTAA,3,1,10
                d,ATGGCTTAA,4,0,9
                e,ATGGCTTAA,5,9,1
                f,ATGGCTTAA,6,x,9
                g,ATGGCTTAA,7,,
                h,GGATGGCRTAACC,8,3,11
                """);
    PrepareCounts counts = fixture.run();
    assertThat(counts.reasons()).containsEntry("cds_out_of_range", 5L).hasSize(2);
    String id = CodingSequence.of("ATGGCTTAA", GeneticCode.of(1)).id();
    assertThat(fixture.labelRows())
        .extracting(row -> row.getAs("row_id") + " " + row.getAs("sequence_id"))
        .containsExactly("a " + id, "b " + id);
    // The position counts in the sequence as it was given.
    Row last = fixture.rejectRows().get(5);
    assertThat(last.<Integer>getAs("position")).isEqualTo(7);
    assertThat(last.<String>getAs("sequence")).isEqualTo("GGATGGCRTAACC");
  }

  @Test
  void tabSeparatedFilesAreReadByTheirEnding() {
    PrepareFixture fixture = fixture().file("d.tsv", "id\tsequence\tlabel\na,b\tATGGCTTAA\t1\n");
    assertThat(fixture.run().accepted()).isEqualTo(1);
    assertThat(fixture.labelRows().get(0).<String>getAs("row_id")).isEqualTo("a,b");
  }

  @Test
  void columnNamesMayHoldDotsAndDifferInCase() {
    PrepareFixture fixture =
        fixture()
            .file("d.csv", "ID,id,sequence,half.life `h`\nx,a,ATGGCTTAA,1\n")
            .label("half.life `h`");
    assertThat(fixture.run().accepted()).isEqualTo(1);
    assertThat(fixture.labelRows().get(0).<String>getAs("row_id")).isEqualTo("a");
  }

  @Test
  void aMissingColumnIsNamedWithTheNearestOne() {
    PrepareFixture fixture = fixture().file("d.csv", "id,sequence,labels\na,ATGGCTTAA,1\n");
    assertThatThrownBy(fixture::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("d.csv has no column 'label' (it has id, sequence, labels)")
        .hasMessageContaining("did you mean labels?");
    assertThat(fixture.isPrepared()).isFalse();
  }

  @Test
  void anAmbiguousColumnIsRefused() {
    assertThatThrownBy(fixture().file("d.csv", "id,sequence,label,label\na,ATGGCTTAA,1,2\n")::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("two columns 'label'");
  }
}
