package io.codonloom.job.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.SharedData;
import io.codonloom.UserException;
import io.codonloom.sequence.EncoderInput;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.OverLong;
import io.codonloom.sequence.Policy;
import io.codonloom.sequence.Rules;
import io.codonloom.sequence.StartCodon;
import io.codonloom.sequence.StopCodon;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which part of a sequence an encoder reads. */
class PrepareLengthsTest {
  private static final String HEADER = "id,sequence,label\n";

  @TempDir Path folder;

  private PrepareFixture csv(String rows) {
    return new PrepareFixture(folder).file("d.csv", HEADER + rows);
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
}
