package io.codonloom.job.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.codonloom.UserException;
import io.codonloom.config.ConfigException;
import io.codonloom.config.Datasets;
import io.codonloom.config.InputFormat;
import io.codonloom.config.LabelOrigin;
import io.codonloom.config.Task;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.Rules;
import io.codonloom.workspace.CodeTables;
import io.codonloom.workspace.Manifest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Genetic codes and selenocysteines. */
class PrepareCodesTest {
  private static final String HEADER = "id,sequence,label\n";

  @TempDir Path folder;

  private PrepareFixture csv(String rows) {
    return new PrepareFixture(folder).file("d.csv", HEADER + rows);
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
  void anUnknownGeneticCodeOfTheDatasetIsAConfigError() {
    assertThatThrownBy(
            () ->
                new PrepareJob(
                    new PrepareFixture(folder).spark,
                    new PrepareFixture(folder).workspace,
                    Datasets.of(
                        "d",
                        "x.csv",
                        InputFormat.AUTO,
                        Datasets.columns("label", Optional.empty(), List.of()),
                        7,
                        "x",
                        LabelOrigin.MEASURED,
                        Task.REGRESSION,
                        List.of()),
                    Rules.defaults(),
                    List.of(),
                    Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("genetic-code 7");
  }
}
