package io.codonloom.job.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.UserException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels, and how values are told from none. */
class PrepareLabelsTest {
  private static final String HEADER = "id,sequence,label\n";

  @TempDir Path folder;

  private PrepareFixture csv(String rows) {
    return new PrepareFixture(folder).file("d.csv", HEADER + rows);
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
  void classesHaveTheIndexOfTheConfigsOrder() {
    PrepareFixture fixture =
        csv("a,ATGGCTTAA,low\nb,ATGGCTTAA,high\nc,ATGGCTTAA,Low\nd,ATGGCTTAA,\n")
            .classes("low", "medium", "high");
    PrepareCounts counts = fixture.run();
    assertThat(counts.reasons()).isEqualTo(Map.of("label_unknown_class", 1L, "label_missing", 1L));
    assertThat(fixture.labelRows()).extracting(row -> row.getAs("label")).containsExactly(0.0, 2.0);
  }
}
