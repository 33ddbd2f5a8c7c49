package io.codonloom.job.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.UserException;
import io.codonloom.sequence.Modality;
import io.codonloom.workspace.Manifest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which rows are accepted, and what is said of the others. */
class PrepareRulesTest {
  private static final String HEADER = "id,sequence,label\n";

  @TempDir Path folder;

  private PrepareFixture csv(String rows) {
    return new PrepareFixture(folder).file("d.csv", HEADER + rows);
  }

  @Test
  void everyRefusedRowIsThereWithAllItsReasons() {
    PrepareFixture fixture =
        csv(
            """
            ok,ATGGCTTAA,1
            many,gtgtgagct,fast
            empty,,2
            illegal,ATGG-TTAA,3
            partial,ATGGCTTAAAA,4
            ,ATGGCTTAA,5
            """);
    PrepareCounts counts = fixture.run();
    assertThat(counts.rows()).isEqualTo(6);
    assertThat(counts.accepted()).isEqualTo(1);
    List<Row> rejects = fixture.rejectRows();
    assertThat(rejects).hasSize(5);
    Row many = rejects.get(0);
    assertThat(many.<Long>getAs("row_number")).isEqualTo(2);
    assertThat(many.<String>getAs("row_id")).isEqualTo("many");
    assertThat(many.<String>getAs("sequence")).isEqualTo("gtgtgagct");
    assertThat(many.<Integer>getAs("position")).isZero();
    assertThat(many.<String>getList(many.fieldIndex("reasons")))
        .containsExactly("no_start_codon", "no_stop_codon", "internal_stop", "label_not_a_number");
    assertThat(rejects)
        .extracting(row -> row.getList(row.fieldIndex("reasons")) + " " + row.getAs("position"))
        .endsWith(
            "[empty] null",
            "[illegal_character] 4",
            "[length_not_divisible_by_3] 9",
            "[row_id_missing] null");
    assertThat(counts.reasons())
        .isEqualTo(
            Map.of(
                "no_start_codon", 1L,
                "no_stop_codon", 1L,
                "internal_stop", 1L,
                "label_not_a_number", 1L,
                "empty", 1L,
                "illegal_character", 1L,
                "length_not_divisible_by_3", 1L,
                "row_id_missing", 1L));
  }

  @Test
  void theFirstOfTwoRowsWithOneIdStays() {
    PrepareFixture fixture =
        csv("a,ATGGCTTAA,1\nb,ATGGGTTAA,2\na,ATGGATTAA,3\na,ATGGTTTAA,4\nb,TTG,5\n");
    PrepareCounts counts = fixture.run();
    assertThat(counts.reasons())
        .isEqualTo(Map.of("duplicate_row_id", 3L, "no_start_codon", 1L, "no_stop_codon", 1L));
    assertThat(fixture.labelRows())
        .extracting(row -> row.getAs("row_id") + " " + row.getAs("label"))
        .containsExactly("a 1.0", "b 2.0");
    assertThat(fixture.rejectRows())
        .extracting(row -> row.getAs("row_number"))
        .containsExactly(3L, 4L, 5L);
    assertThat(counts.sequencesAccepted()).isEqualTo(2);
    assertThat(counts.sequencesGiven()).isEqualTo(5);
  }

  @Test
  void anIdOfSeveralColumnsIsJoinedWithoutMixingThemUp() {
    PrepareFixture fixture =
        new PrepareFixture(folder)
            .file(
                "d.csv",
                "x,y,sequence,label\na|b,c,ATGGCTTAA,1\na,b|c,ATGGCTTAA,2\na,,ATGGCTTAA,3\n,,ATGGCTTAA,4\n")
            .id("x", "y");
    PrepareCounts counts = fixture.run();
    assertThat(counts.reasons()).isEqualTo(Map.of("row_id_missing", 1L));
    assertThat(fixture.labelRows())
        .extracting(row -> row.getAs("row_id"))
        .containsExactlyInAnyOrder("a\\|b|c", "a|b\\|c", "a|");
  }

  @Test
  void whatPoliciesLetThroughIsCounted() {
    PrepareFixture fixture =
        csv("a,CTGTGAGCTTAAC,1\nb,ATGRCT,\nc,ATGGCTTAA,3\nd,,4\n").rules(PrepareFixture.lenient());
    PrepareCounts counts = fixture.run();
    assertThat(counts.reasons()).isEqualTo(Map.of("empty", 1L));
    assertThat(counts.kept())
        .isEqualTo(
            Map.of(
                "no_start_codon", 1L,
                "internal_stop", 1L,
                "length_not_divisible_by_3", 1L,
                "illegal_character", 1L,
                "no_stop_codon", 1L,
                "label_missing", 1L));
    assertThat(fixture.sequenceRows(Modality.PROTEIN))
        .extracting(row -> row.getAs("sequence"))
        .containsExactlyInAnyOrder("LXA", "MX", "MA");
  }

  @Test
  void nothingAcceptedIsAnErrorThatPointsToTheRejects() {
    assertThat(csv("a,ATGGCTTAA,1\n").run().accepted()).isEqualTo(1);
    PrepareFixture fixture = csv("a,GTG,1\n");
    assertThatThrownBy(fixture::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("none of the 1 rows passes the rules")
        .hasMessageContaining("no_start_codon=1")
        .hasMessageContaining("rules.no-start-codon = keep, rules.no-stop-codon = keep")
        .hasMessageContaining("rejects/dataset=d");
    // What was prepared before stays, and the refused rows lie beside it.
    assertThat(fixture.isPrepared()).isTrue();
    assertThat(fixture.labelRows()).hasSize(1);
    assertThat(fixture.rejectRows()).isEmpty();
    PrepareFixture first =
        new PrepareFixture(folder.resolve("first")).file("d.csv", "id,sequence,label\na,GTG,1\n");
    assertThatThrownBy(first::run).hasMessageContaining("first/workspace/rejects/dataset=d");
    assertThat(first.rejectRows()).hasSize(1);
    assertThat(first.isPrepared()).isFalse();
  }

  @Test
  void nothingIsDoneAgainUntilTheInputOrTheSettingsChange() throws Exception {
    PrepareFixture fixture = csv("a,ATGGCTTAA,1\nb,ATG,2\n");
    Manifest first = fixture.runJob();
    assertThat(fixture.runJob()).hasToString(first.toString());
    fixture.rules(PrepareFixture.lenient());
    assertThat(PrepareFixture.counts(fixture.runJob()).accepted()).isEqualTo(2);
    csv("a,ATGGCTTAA,1\n");
    Manifest shorter = fixture.runJob();
    assertThat(PrepareFixture.counts(shorter).rows()).isEqualTo(1);
    assertThat(fixture.labelRows()).hasSize(1);
    assertThat(fixture.rejectRows()).isEmpty();
    assertThat(shorter.settings().at("/dataset/name").asText()).isEqualTo("d");
    org.apache.commons.io.FileUtils.deleteDirectory(
        new java.io.File(java.net.URI.create(fixture.workspace.labels().toString())));
    assertThat(fixture.run().rows()).isEqualTo(1);
    assertThat(fixture.labelRows()).hasSize(1);
  }
}
