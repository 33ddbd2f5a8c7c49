package io.codonloom.job.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.SharedData;
import io.codonloom.config.Split;
import io.codonloom.config.SplitBy;
import io.codonloom.job.prepare.PrepareCounts.OfModality;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.OverLong;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrepareRealDataTest {
  @TempDir Path folder;

  private PrepareFixture icodon() {
    return new PrepareFixture(folder)
        .input(SharedData.file("icodon_testing.csv.gz").toUri().toString())
        .id("id", "species", "cell_type", "datatype")
        .covariates("species", "cell_type", "datatype")
        .group("id");
  }

  @Test
  void iCodonCountsAreThoseOnRecord() {
    PrepareFixture fixture =
        icodon()
            .splits(
                new Split(
                    "random",
                    SplitBy.SEQUENCE,
                    Map.of("train", 0.7, "val", 0.15, "test", 0.15),
                    0,
                    1),
                new Split("rows", SplitBy.ROW, Map.of("train", 0.7, "test", 0.3), 0, 1),
                new Split("genes", SplitBy.GROUP, Map.of("train", 0.7, "test", 0.3), 0, 1),
                new Split("folds", SplitBy.SEQUENCE, Map.of(), 5, 1));
    PrepareCounts counts = fixture.run();
    assertThat(counts.rows()).isEqualTo(7576);
    assertThat(counts.accepted()).isEqualTo(7415);
    assertThat(counts.refused()).isEqualTo(161);
    assertThat(counts.reasons())
        .isEqualTo(Map.of("no_start_codon", 114L, "no_stop_codon", 47L, "internal_stop", 19L));
    assertThat(counts.kept()).isEmpty();
    assertThat(counts.sequencesGiven()).isEqualTo(3444);
    assertThat(counts.sequencesAccepted()).isEqualTo(3311);
    assertThat(String.join("\n", PrepareLog.summary("icodon", counts)))
        .containsPattern("rows +7,576")
        .containsPattern("accepted +7,415")
        .containsPattern("refused +161")
        .containsPattern("no_start_codon +114")
        .containsPattern("distinct sequences given +3,444")
        .containsPattern("distinct sequences accepted +3,311");

    assertThat(fixture.labelRows()).hasSize(7415);
    assertThat(fixture.rejectRows()).hasSize(161);
    for (Modality modality : Modality.values()) {
      assertThat(counts.modalities().get(modality.id()).sequences()).isEqualTo(3311);
      assertThat(fixture.sequenceRows(modality)).hasSize(3311);
    }
    assertThat(counts.splits().get("random").shared())
        .allSatisfy(shared -> assertThat(shared.sequences()).isZero());
    assertThat(counts.splits().get("genes").shared())
        .allSatisfy(shared -> assertThat(shared.groups()).isZero());
    assertThat(counts.splits().get("rows").shared().get(0).sequences()).isPositive();
    counts
        .splits()
        .values()
        .forEach(
            split ->
                assertThat(split.parts().values().stream().mapToLong(p -> p.rows()).sum())
                    .isEqualTo(7415));
  }

  @Test
  void overLongICodonRowsReconcileUnderEachPolicy() {
    // RNA-FM reads 1022 nt, that is 340 codons.
    for (OverLong policy : new OverLong[] {OverLong.REJECT, OverLong.TRUNCATE, OverLong.WINDOW}) {
      PrepareFixture fixture = icodon().limit(Modality.RNA, new InputLimit(policy, 340));
      PrepareCounts counts = fixture.run();
      OfModality rna = counts.modalities().get("rna");
      assertThat(counts.accepted() + counts.refused()).isEqualTo(7576);
      if (policy == OverLong.REJECT) {
        assertThat(counts.reasons()).containsEntry("too_long_for_rna", 5109L);
        assertThat(counts.accepted()).isEqualTo(2392);
        assertThat(fixture.sequenceRows(Modality.RNA))
            .allSatisfy(row -> assertThat(row.<Integer>getAs("n_codons")).isLessThanOrEqualTo(340));
      } else {
        assertThat(counts.accepted()).isEqualTo(7415);
        // 7415 accepted without the limit, 2392 with it.
        assertThat(counts.kept()).isEqualTo(Map.of("too_long_for_rna", 7415L - 2392));
        assertThat(rna.truncatedRows()).isEqualTo(policy == OverLong.TRUNCATE ? 5023 : 0);
        assertThat(rna.windowedRows()).isEqualTo(policy == OverLong.WINDOW ? 5023 : 0);
      }
    }
  }
}
