package io.codonloom.job.prepare;

import static io.codonloom.job.prepare.PrepareFixture.split;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.codonloom.UserException;
import io.codonloom.config.Split;
import io.codonloom.config.SplitBy;
import io.codonloom.job.prepare.PrepareCounts.OfPart;
import io.codonloom.job.prepare.PrepareCounts.OfSplit;
import io.codonloom.sequence.CodingSequence;
import io.codonloom.sequence.GeneticCode;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.ProteinKmers;
import io.codonloom.sequence.StartCodon;
import io.codonloom.sequence.StopCodon;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Families of proteins that were made: copies with changed residues, fragments, and loners. */
class HomologySplitTest {
  private static final String HEADER = "id,sequence,label\n";
  private static final int FAMILIES = 20;
  private static final int COPIES = 6;
  private static final int LONERS = 25;
  private static final String[] CODONS = {
    "GCU", "UGC", "GAC", "GAA", "UUC", "GGC", "CAC", "AUC", "AAA", "CUG", "AUG", "AAC", "CCG",
    "CAG", "CGU", "AGC", "ACC", "GUG", "UGG", "UAC"
  };

  @TempDir Path folder;

  /** Rows whose ids begin with their family; every copy differs from the one before it. */
  private static List<String> rows() {
    Random random = new Random(12);
    List<String> rows = new ArrayList<>();
    for (int family = 0; family < FAMILIES; family++) {
      List<String> protein = protein(random, 60 + random.nextInt(80));
      for (int copy = 0; copy < COPIES; copy++) {
        rows.add(row("f" + family + "-" + copy, protein));
        protein = mutated(random, protein);
      }
      rows.add(row("f" + family + "-fragment", protein.subList(10, 40)));
    }
    for (int loner = 0; loner < LONERS; loner++) {
      rows.add(row("l" + loner + "-0", protein(random, 60 + random.nextInt(80))));
    }
    return rows;
  }

  private static List<String> protein(Random random, int length) {
    List<String> codons = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      codons.add(CODONS[random.nextInt(CODONS.length)]);
    }
    return codons;
  }

  /** One residue in eight is another. */
  private static List<String> mutated(Random random, List<String> protein) {
    List<String> copy = new ArrayList<>(protein);
    for (int i = 0; i < copy.size() / 8; i++) {
      copy.set(random.nextInt(copy.size()), CODONS[random.nextInt(CODONS.length)]);
    }
    return copy;
  }

  private static String row(String id, List<String> codons) {
    return "%s,AUG%sUAA,1\n".formatted(id, String.join("", codons));
  }

  private PrepareFixture fixture(List<String> rows, Split... splits) {
    return new PrepareFixture(folder).file("d.csv", HEADER + String.join("", rows)).splits(splits);
  }

  @Test
  void proteinsThatResembleEachOtherStayOnOneSide() {
    Split split = split("homology", SplitBy.HOMOLOGY, 3);
    PrepareFixture fixture = fixture(rows(), split);
    OfSplit counts = fixture.run().splits().get("homology");

    Map<String, String> sides = new TreeMap<>();
    fixture
        .parts("homology")
        .forEach(
            (row, part) ->
                assertThat(sides.merge(row.substring(0, row.indexOf('-')), part, (a, b) -> a))
                    .as(row)
                    .isEqualTo(part));
    assertThat(sides.values()).contains("train", "test");
    assertThat(counts.shared()).hasSize(1);
    assertThat(counts.shared().get(0).groups()).isZero();
    assertThat(counts.shared().get(0).proteins()).isZero();
    assertThat(counts.parts().values().stream().mapToLong(OfPart::groups).sum())
        .as("families")
        .isEqualTo(FAMILIES + LONERS);
  }

  @Test
  void theFamiliesAreTheSameInAnyOrderAndWhenTheSplitIsAddedLater() {
    Split split = split("homology", SplitBy.HOMOLOGY, 3);
    List<String> rows = rows();
    PrepareFixture first = fixture(rows, split, split("rows", SplitBy.ROW, 1));
    PrepareCounts counts = first.run();
    Map<String, String> parts = first.parts("homology");

    Collections.shuffle(rows, new Random(1));
    PrepareFixture shuffled = fixture(rows, split("rows", SplitBy.ROW, 1));
    shuffled.run();
    PrepareFixture added = fixture(rows, split, split("rows", SplitBy.ROW, 1));
    assertThat(added.run().splits()).isEqualTo(counts.splits());
    assertThat(added.parts("homology")).isEqualTo(parts);
  }

  @Test
  void similarityIsThatToTheNearestProteinOfTheTrainingPart() {
    List<String> rows = rows();
    rows.add(rows.get(0).replace("f0-0", "again").replace("GCU", "GCC"));
    Split near =
        new Split("near", SplitBy.SEQUENCE, Map.of("train", 0.6, "test", 0.4), 0, 3, 5, 0.1, true);
    PrepareFixture fixture = fixture(rows, near);
    fixture.run();

    Map<String, long[]> kmers = new TreeMap<>();
    for (String row : rows) {
      String sequence = row.split(",", -1)[1];
      String protein =
          CodingSequence.of(sequence, GeneticCode.of(1))
              .text(Modality.PROTEIN, StartCodon.AUG, StopCodon.EXCLUDE);
      kmers.put(row.substring(0, row.indexOf(',')), ProteinKmers.of(protein, 5));
    }
    Map<String, String> parts = fixture.parts("near");
    for (Row row : fixture.rows(fixture.workspace.splits(), "row_id")) {
      String id = row.getAs("row_id");
      if (parts.get(id).equals("train")) {
        assertThat(row.isNullAt(row.fieldIndex("nearest"))).isTrue();
      } else {
        double greatest =
            parts.entrySet().stream()
                .filter(other -> other.getValue().equals("train"))
                .mapToDouble(
                    other -> ProteinKmers.jaccard(kmers.get(id), kmers.get(other.getKey())))
                .max()
                .orElseThrow();
        assertThat(row.<Double>getAs("nearest")).as(id).isCloseTo(greatest, within(1e-12));
      }
    }
  }

  @Test
  void similarityNeedsATrainingPart() {
    Split folds = new Split("folds", SplitBy.SEQUENCE, Map.of(), 3, 3, 5, 0.1, true);
    assertThatThrownBy(() -> fixture(rows(), folds).run())
        .isInstanceOf(UserException.class)
        .hasMessage("split folds has no part train: take nearest = true away");
  }

  @Test
  void aStricterShareTellsMoreFamiliesApart() {
    Split same = new Split("s", SplitBy.HOMOLOGY, PrepareFixture.SEVENTY_THIRTY, 0, 3, 5, 1, false);
    OfSplit counts = fixture(rows(), same).run().splits().get("s");
    // No protein lies whole in another one.
    assertThat(counts.parts().values().stream().mapToLong(OfPart::groups).sum())
        .isEqualTo(FAMILIES * (COPIES + 1) + LONERS);
  }
}
