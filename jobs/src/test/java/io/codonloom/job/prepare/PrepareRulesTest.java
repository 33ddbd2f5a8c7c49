package io.codonloom.job.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.codonloom.SharedData;
import io.codonloom.UserException;
import io.codonloom.config.ConfigException;
import io.codonloom.sequence.EncoderInput;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.OverLong;
import io.codonloom.sequence.Policy;
import io.codonloom.sequence.Rules;
import io.codonloom.sequence.StartCodon;
import io.codonloom.sequence.StopCodon;
import io.codonloom.workspace.CodeTables;
import io.codonloom.workspace.Manifest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
  void onlyFiniteDecimalNumbersAreLabels() {
    PrepareFixture fixture =
        csv(
            """
            a,ATGGCTTAA,NaN
            b,ATGGCTTAA,
            c,ATGGCTTAA,inf
            d,ATGGCTTAA,1e999
            e,ATGGCTTAA,1f
            f,ATGGCTTAA,0x1p3
            g,ATGGCTTAA,NA
            h,ATGGCTTAA, -1.5e-3
            i,ATGGCTTAA,\"  \"
            j,ATGGCTTAA,1.7e308
            k,ATGGCTTAA,-1.7e308
            """);
    PrepareCounts counts = fixture.run();
    assertThat(counts.reasons())
        .isEqualTo(Map.of("label_not_a_number", 4L, "label_missing", 4L, "label_too_large", 2L));
    assertThat(fixture.labelRows().get(0).<Double>getAs("label")).isEqualTo(-1.5e-3);
  }

  @Test
  void whatOtherProgramsWriteForNoLabelIsNoLabel() {
    List<String> missing =
        List.of("NA", "nan", "NULL", "none", "n/a", ".", "-", "<NA>", "#N/A", "", " NaN ");
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < missing.size(); i++) {
      rows.append("r%02d,ATGGCTTAA,%s\n".formatted(i, missing.get(i)));
    }
    PrepareFixture fixture = csv(rows + "x,ATGGCTTAA,1\n").rules(PrepareFixture.lenient());
    assertThat(fixture.run().kept()).isEqualTo(Map.of("label_missing", 11L));
    assertThat(fixture.labelRows().subList(0, 11))
        .allSatisfy(row -> assertThat(row.<Double>getAs("label")).isNull());
  }

  @Test
  void valuesAreTheSameInWhateverWayTheyAreWritten() {
    PrepareFixture fixture =
        new PrepareFixture(folder)
            .file(
                "d.csv",
                """
                id,sequence,label,code
                a,ATGGCTTAA,1.0,11.0
                b,ATGGCTTAA,True,NA
                c,ATGGCTTAA,none,1
                d,ATGGCTTAA,NA,1
                e,ATGGCTTAA,2,11.5
                """)
            .geneticCodeColumn("code")
            .classes("1", "true", "none");
    PrepareCounts counts = fixture.run();
    assertThat(fixture.labelRows())
        .extracting(row -> row.getAs("row_id") + " " + row.getAs("label"))
        .containsExactly("a 0.0", "b 1.0", "c 2.0");
    assertThat(counts.reasons())
        .isEqualTo(
            Map.of("label_missing", 1L, "label_unknown_class", 1L, "unknown_genetic_code", 1L));
    assertThat(counts.unknown())
        .isEqualTo(
            Map.of(
                "label_unknown_class", List.of("'2'"), "unknown_genetic_code", List.of("'11.5'")));
  }

  @Test
  void aRefusalShowsTheValueAndTheRejectsKeepIt() {
    PrepareFixture fixture =
        csv("a,ATGGCTTAA,1\na,ATGGCTTAA,2\nb,ATGGCTTAA,fast\nc,ATGGCTTAA,s\u200elow\nd,ATG,4\n");
    PrepareCounts counts = fixture.run();
    assertThat(counts.unknown())
        .isEqualTo(Map.of("label_not_a_number", List.of("'fast'", "'s low'")));
    assertThat(fixture.rejectRows())
        .extracting(row -> row.getAs("row_id") + " " + row.getAs("label"))
        .containsExactly("a 2", "b fast", "c s\u200elow", "d 4");
    assertThatThrownBy(csv("b,ATGGCTTAA,fast\n")::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("such as {label_not_a_number=['fast']}");
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
  void eachRowMayHaveItsOwnGeneticCode() {
    PrepareFixture fixture =
        new PrepareFixture(folder)
            .file(
                "d.csv",
                """
            id,sequence,label,code
            a,ATGTGATAA,1,2
            b,ATGTGATAA,2,
            c,ATGTGATAA,3,7
            d,ATGGCTTAA,4,x
            e,ATGGCTTAA,5,1
            f,ATGGCTTAA,6,11
            """)
            .geneticCodeColumn("code");
    PrepareCounts counts = fixture.run();
    assertThat(counts.reasons()).isEqualTo(Map.of("internal_stop", 2L, "unknown_genetic_code", 2L));
    assertThat(fixture.labelRows())
        .extracting(row -> row.getAs("row_id"))
        .containsExactly("a", "e", "f");
    // One text in two codes makes two sequences with one key each for DNA, RNA and protein.
    assertThat(counts.sequencesAccepted()).isEqualTo(3);
    assertThat(counts.modalities().get("dna").keys()).isEqualTo(2);
  }

  @Test
  void aColumnNamesTheSelenocysteinesOfARow() {
    PrepareFixture fixture =
        new PrepareFixture(folder)
            .file(
                "d.csv",
                """
            id,sequence,label,sec,cell
            a,ATGTGAGCTTGATAA,1,2; 4,x
            b,ATGTGAGCTTGATAA,2,"2,4",x
            c,ATGTGAGCTTGATAA,3,4,x
            d,ATGTGAGCTTGATAA,4,,x
            e,ATGTGAGCTTGATAA,5,2;three;4,x
            f,ATGGCTTAA,6,,x
            """)
            .selenocysteineColumn("sec")
            .covariates("cell");
    PrepareCounts counts = fixture.run();
    assertThat(counts.reasons())
        .isEqualTo(Map.of("internal_stop", 2L, "selenocysteine_misplaced", 1L));
    assertThat(fixture.sequenceRows(Modality.PROTEIN))
        .extracting(row -> row.getAs("sequence"))
        .containsExactlyInAnyOrder("MUAU", "MA");
    assertThat(fixture.labelRows())
        .extracting(row -> row.getJavaMap(row.fieldIndex("covariates")))
        .containsOnly(Map.of("cell", "x"));
  }

  @Test
  void dataOfAGeneticCodeThatWasCorrectedSinceArePreparedAgain() throws Exception {
    PrepareFixture fixture = csv("a,ATGCTGTGA,1\n").geneticCode(27);
    Manifest now = fixture.runJob();
    assertThat(fixture.sequenceRows(Modality.PROTEIN))
        .extracting(row -> row.getAs("sequence"))
        .containsExactly("ML");
    assertThat(CodeTables.outdated(now)).isEmpty();
    assertThat(fixture.runJob().started()).as("up to date").isEqualTo(now.started());

    ((ObjectNode) now.settings()).remove(CodeTables.EDITION);
    assertThatThrownBy(() -> CodeTables.requireCurrent(now))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "dataset d: it was prepared under the former table of genetic code 27 (Karyorelict Nuclear), which the NCBI has corrected; run prepare again");
    ObjectNode dataset = (ObjectNode) now.settings().get("dataset");
    dataset.put("geneticCode", 26);
    assertThat(CodeTables.outdated(now)).isEmpty();
    ((ObjectNode) dataset.get("columns")).put("geneticCode", "code");
    assertThat(CodeTables.outdated(now))
        .hasValue(
            "its rows name their genetic codes, and the NCBI has corrected the codes 3, 27, 28, 29, 30 since");
  }

  @Test
  void classesHaveTheIndexOfTheConfigsOrder() {
    PrepareFixture fixture =
        csv("a,ATGGCTTAA,low\nb,ATGGCTTAA,high\nc,ATGGCTTAA,Low\nd,ATGGCTTAA,\n")
            .classes("low", "medium", "high");
    PrepareCounts counts = fixture.run();
    assertThat(counts.reasons()).isEqualTo(Map.of("label_unknown_class", 1L, "label_missing", 1L));
    assertThat(fixture.labelRows()).extracting(row -> row.getAs("label")).containsExactly(0.0, 2.0);
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
  void theStopIsInTheNucleotidesWhereItIsIncluded() {
    Policy reject = Policy.REJECT;
    PrepareFixture fixture =
        csv("a,ATGGCTTAA,1\n")
            .rules(
                new Rules(
                    reject,
                    reject,
                    reject,
                    reject,
                    reject,
                    reject,
                    reject,
                    reject,
                    1,
                    0,
                    StartCodon.AUG,
                    StopCodon.INCLUDE));
    fixture.run();
    assertThat(fixture.sequenceRows(Modality.DNA).get(0).<Integer>getAs("n_codons")).isEqualTo(3);
    assertThat(fixture.sequenceRows(Modality.DNA).get(0).<String>getAs("sequence"))
        .isEqualTo("ATGGCTTAA");
    assertThat(fixture.sequenceRows(Modality.PROTEIN).get(0).<Integer>getAs("n_codons"))
        .isEqualTo(2);
  }

  @Test
  void tooLongAndTooShortFollowTheirPolicies() {
    String rows = "long,ATGGCTGATGCTTAA,1\nshort,ATGTAA,2\nfit,ATGGCTTAA,3\n";
    for (Policy tooLong : List.of(Policy.REJECT, Policy.TRUNCATE, Policy.KEEP)) {
      Policy reject = Policy.REJECT;
      PrepareFixture fixture =
          csv(rows)
              .rules(
                  new Rules(
                      reject,
                      reject,
                      reject,
                      reject,
                      reject,
                      tooLong,
                      reject,
                      reject,
                      2,
                      3,
                      StartCodon.AUG,
                      StopCodon.EXCLUDE));
      PrepareCounts counts = fixture.run();
      assertThat(counts.reasons().get("too_short")).isEqualTo(1);
      assertThat(counts.reasons().getOrDefault("too_long", 0L))
          .isEqualTo(tooLong == reject ? 1 : 0);
      assertThat(counts.kept().getOrDefault("too_long", 0L)).isEqualTo(tooLong == reject ? 0 : 1);
      assertThat(fixture.sequenceRows(Modality.RNA))
          .extracting(row -> row.<Integer>getAs("n_codons"))
          .containsExactlyInAnyOrder(
              switch (tooLong) {
                case REJECT -> new Integer[] {2};
                case TRUNCATE -> new Integer[] {2, 3};
                default -> new Integer[] {2, 4};
              });
    }
  }

  @Test
  void overLongInputsFollowEachEncodersPolicy() {
    String rows = "a,ATGGCTGATTAA,1\nb,ATGGCTGAATAA,2\nc,ATGGCTTAA,3\nbad,GTGGCTGATTAA,4\n";
    PrepareFixture reject = csv(rows).limit(Modality.RNA, new InputLimit(OverLong.REJECT, 2));
    PrepareCounts counts = reject.run();
    assertThat(counts.reasons()).isEqualTo(Map.of("too_long_for_rna", 3L, "no_start_codon", 1L));
    assertThat(counts.accepted()).isEqualTo(1);
    assertThat(reject.rejectRows().get(0).<Integer>getAs("position")).isEqualTo(6);

    PrepareFixture truncate =
        csv(rows)
            .limit(Modality.RNA, new InputLimit(OverLong.TRUNCATE, 2))
            .limit(Modality.PROTEIN, new InputLimit(OverLong.WINDOW, 2));
    counts = truncate.run();
    assertThat(counts.accepted()).isEqualTo(3);
    assertThat(counts.kept()).isEqualTo(Map.of("too_long_for_rna", 2L, "too_long_for_protein", 2L));
    assertThat(counts.modalities().get("rna").truncatedRows()).isEqualTo(2);
    assertThat(counts.modalities().get("rna").sequences()).isEqualTo(3);
    assertThat(counts.modalities().get("rna").keys()).isEqualTo(1);
    assertThat(counts.modalities().get("protein").windowedRows()).isEqualTo(2);
    assertThat(truncate.sequenceRows(Modality.RNA))
        .allSatisfy(
            row -> {
              assertThat(row.<String>getAs("sequence")).isEqualTo("AUGGCU");
              assertThat(row.<String>getAs("key"))
                  .isEqualTo(EncoderInput.key(Modality.RNA, "AUGGCU"));
              assertThat(row.<Integer>getAs("n_codons")).isEqualTo(2);
            });
    assertThat(truncate.sequenceRows(Modality.PROTEIN))
        .extracting(row -> row.getAs("sequence"))
        .containsExactlyInAnyOrder("MAD", "MAE", "MA");
    assertThat(counts.modalities().get("dna").codons()).isEqualTo(8);
  }

  @Test
  void anOverLongInputFailsTheJobWhereThePolicySaysSo() {
    PrepareFixture fixture =
        csv("bad,GTGGCTGATTAA,4\nc,ATGGCTTAA,3\na,ATGGCTGATTAA,1\n")
            .limit(Modality.DNA, new InputLimit(OverLong.FAIL, 2));
    assertThatThrownBy(fixture::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("1 rows are longer than an encoder reads, the first is row 3 (a)");
    assertThat(fixture.isPrepared()).isFalse();
    assertThat(fixture.limit(Modality.DNA, new InputLimit(OverLong.FAIL, 3)).run().accepted())
        .isEqualTo(2);
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
    assertThat(fixture.rejectRows()).hasSize(1);
    assertThat(fixture.isPrepared()).isFalse();
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

  @Test
  void anUnknownGeneticCodeOfTheDatasetIsAConfigError() {
    assertThatThrownBy(
            () ->
                new PrepareJob(
                    new PrepareFixture(folder).spark,
                    new PrepareFixture(folder).workspace,
                    new io.codonloom.config.Dataset(
                        "d",
                        "x.csv",
                        io.codonloom.config.InputFormat.AUTO,
                        java.util.Optional.empty(),
                        new io.codonloom.config.Columns(
                            List.of("id"),
                            "sequence",
                            "label",
                            java.util.Optional.empty(),
                            java.util.Optional.empty(),
                            java.util.Optional.empty(),
                            java.util.Optional.empty(),
                            List.of()),
                        7,
                        "x",
                        io.codonloom.config.LabelOrigin.MEASURED,
                        io.codonloom.config.Task.REGRESSION,
                        List.of()),
                    Rules.defaults(),
                    List.of(),
                    Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("genetic-code 7");
  }

  @Test
  void windowsWithoutAReadingFrameAreAllKept() {
    PrepareFixture fixture =
        new PrepareFixture(folder)
            .input(SharedData.file("openvaccine_ryos_train1589.csv.gz").toUri().toString())
            .sequence("window81")
            .label("mean_deg_Mg_50C")
            .splitColumn("hash_split")
            .splits(PrepareFixture.split("given", io.codonloom.config.SplitBy.COLUMN, 0))
            .rules(PrepareFixture.lenient());
    PrepareCounts counts = fixture.run();
    assertThat(counts.rows()).isEqualTo(1589);
    assertThat(counts.accepted()).isEqualTo(1589);
    assertThat(counts.splits().get("given").parts()).containsOnlyKeys("train", "val", "test");
  }
}
