package io.codonloom.job.prepare;

import static io.codonloom.job.prepare.PrepareFixture.split;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.UserException;
import io.codonloom.config.ConfigException;
import io.codonloom.config.Split;
import io.codonloom.config.SplitBy;
import io.codonloom.job.prepare.PrepareCounts.OfPart;
import io.codonloom.job.prepare.PrepareCounts.OfSplit;
import io.codonloom.job.prepare.PrepareCounts.Shared;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrepareSplitsTest {
  private static final String HEADER = "id,sequence,label,gene,part\n";

  @TempDir Path folder;

  /** Rows of 80 sequences of 50 proteins in 12 genes, each sequence up to five times. */
  private static List<String> rows() {
    Random random = new Random(1);
    List<String> sequences = new ArrayList<>();
    String[] alanines = {"GCT", "GCC", "GCA", "GCG"};
    for (int i = 0; i < 80; i++) {
      StringBuilder sequence = new StringBuilder("ATG");
      for (int j = 0; j < 6; j++) {
        sequence.append(i % 50 >> j & 1).append(i < 50 ? "" : "s");
      }
      sequences.add(
          sequence
                  .toString()
                  .replace("0s", alanines[2])
                  .replace("1s", "GAC")
                  .replace("0", alanines[1])
                  .replace("1", "GAT")
              + "TAA");
    }
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      int s = random.nextInt(80);
      String part = List.of("train", "val", "test").get(i % 3);
      rows.add("r" + i + "," + sequences.get(s) + "," + i + ",g" + s % 12 + "," + part + "\n");
    }
    return rows;
  }

  private PrepareFixture fixture(List<String> rows) {
    return new PrepareFixture(folder)
        .file("d.csv", HEADER + String.join("", rows))
        .group("gene")
        .splitColumn("part");
  }

  @Test
  void aSplitKeepsTogetherWhatItIsBy() {
    PrepareFixture fixture =
        fixture(rows())
            .splits(
                split("sequence", SplitBy.SEQUENCE, 1),
                split("group", SplitBy.GROUP, 1),
                split("row", SplitBy.ROW, 1),
                split("column", SplitBy.COLUMN, 1),
                new Split("folds", SplitBy.SEQUENCE, Map.of(), 4, 1),
                new Split("group-folds", SplitBy.GROUP, Map.of(), 3, 1));
    PrepareCounts counts = fixture.run();
    Map<String, Row> labels = labels(fixture);
    counts
        .splits()
        .forEach(
            (name, written) -> {
              Map<String, String> parts = fixture.parts(name);
              assertThat(parts).hasSize(300);
              assertThat(written).as(name).isEqualTo(recounted(parts, labels, fixture));
            });
    for (Row row : fixture.rows(fixture.workspace.splits(), "row_id")) {
      Row label = labels.get(row.<String>getAs("row_id"));
      String unit =
          switch (row.<String>getAs("split")) {
            case "group", "group-folds" ->
                label.<String, String>getJavaMap(label.fieldIndex("covariates")).get("gene");
            case "row" -> row.getAs("row_id");
            default -> label.getAs("sequence_id");
          };
      assertThat(row.<String>getAs("unit")).isEqualTo(unit);
    }
    assertThat(counts.splits().get("sequence").shared()).allMatch(s -> s.sequences() == 0);
    assertThat(counts.splits().get("sequence").shared()).anyMatch(s -> s.groups() > 0);
    assertThat(counts.splits().get("folds").shared()).allMatch(s -> s.sequences() == 0);
    assertThat(counts.splits().get("folds").parts())
        .containsOnlyKeys("fold0", "fold1", "fold2", "fold3");
    assertThat(counts.splits().get("group").shared()).allMatch(s -> s.groups() == 0);
    assertThat(counts.splits().get("group-folds").shared()).allMatch(s -> s.groups() == 0);
    assertThat(counts.splits().get("row").shared()).allMatch(s -> s.sequences() > 0);
    assertThat(fixture.parts("column")).containsEntry("r0", "train").containsEntry("r5", "test");
  }

  @Test
  void aSplitFollowsFromTheSeedAndTheIdsAlone() {
    List<String> rows = rows();
    Split[] splits = {
      split("a", SplitBy.SEQUENCE, 1), split("b", SplitBy.SEQUENCE, 2), split("c", SplitBy.ROW, 1)
    };
    PrepareFixture fixture = fixture(rows).splits(splits);
    fixture.run();
    Map<String, String> first = fixture.parts("a");
    Map<String, String> byRow = fixture.parts("c");
    assertThat(fixture.parts("b")).isNotEqualTo(first);

    Collections.shuffle(rows, new Random(4));
    PrepareFixture shuffled = fixture(rows.subList(0, 200)).splits(splits);
    shuffled.run();
    assertThat(first).containsAllEntriesOf(shuffled.parts("a"));
    assertThat(byRow).containsAllEntriesOf(shuffled.parts("c"));
  }

  @Test
  void fractionsComeOutAboutAsAsked() {
    PartChooser divider =
        PartChooser.of(
            new Split("s", SplitBy.ROW, Map.of("train", 0.7, "val", 0.1, "test", 0.2), 0, 9));
    Map<String, Integer> sizes = new TreeMap<>();
    for (int i = 0; i < 100_000; i++) {
      sizes.merge(divider.parts().get(divider.part("row" + i)), 1, Integer::sum);
    }
    assertThat(sizes.get("train")).isBetween(69_000, 71_000);
    assertThat(sizes.get("val")).isBetween(9_500, 10_500);
    assertThat(sizes.get("test")).isBetween(19_300, 20_700);
  }

  @Test
  void otherSplitsRewriteNothingElse() throws Exception {
    PrepareFixture fixture =
        fixture(rows()).splits(split("kept", SplitBy.SEQUENCE, 1), split("gone", SplitBy.ROW, 1));
    PrepareCounts before = fixture.run();
    Map<Path, Long> tables =
        files(fixture, "sequences", "labels", "rejects", "splits/dataset=d/split=kept");
    fixture.splits(
        split("kept", SplitBy.SEQUENCE, 1),
        split("new", SplitBy.SEQUENCE, 1),
        split("genes", SplitBy.GROUP, 1),
        split("column", SplitBy.COLUMN, 1));
    PrepareCounts after = fixture.run();
    assertThat(files(fixture, "sequences", "labels", "rejects", "splits/dataset=d/split=kept"))
        .isEqualTo(tables);
    assertThat(after.splits()).containsOnlyKeys("kept", "new", "genes", "column");
    assertThat(after.splits().get("kept")).isEqualTo(before.splits().get("kept"));
    assertThat(after.splits().get("new")).isEqualTo(before.splits().get("kept"));
    assertThat(fixture.parts("new")).isEqualTo(fixture.parts("kept"));
    assertThat(fixture.parts("gone")).isEmpty();
    Map<String, Row> labels = labels(fixture);
    for (String name : after.splits().keySet()) {
      assertThat(after.splits().get(name))
          .isEqualTo(recounted(fixture.parts(name), labels, fixture));
    }
    assertThat(after.withSplits(Map.of())).isEqualTo(before.withSplits(Map.of()));
  }

  @Test
  void aMissingValueInASplitsColumnIsAnError() {
    List<String> rows = rows();
    rows.add("x,ATGGCTTAA,1,,\n");
    assertThatThrownBy(fixture(rows).splits(split("s", SplitBy.GROUP, 1))::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("split s: 1 accepted rows have no group, the first is row 301 (x)");
    assertThatThrownBy(fixture(rows).splits(split("s", SplitBy.COLUMN, 1))::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("1 accepted rows have no part");
    assertThat(fixture(rows).splits(split("s", SplitBy.SEQUENCE, 1)).run().accepted())
        .isEqualTo(301);
  }

  @Test
  void impossibleSplitsAreConfigErrors() {
    PrepareFixture plain = new PrepareFixture(folder).file("d.csv", HEADER + rows().get(0));
    assertThatThrownBy(plain.splits(split("s", SplitBy.GROUP, 1))::run)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("columns.group must name the column");
    assertThatThrownBy(plain.splits(split("s", SplitBy.COLUMN, 1))::run)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("columns.split must name the column");
    assertThatThrownBy(
            plain.splits(split("s", SplitBy.ROW, 1), split("s", SplitBy.SEQUENCE, 1))::run)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("two splits have the name s");
    assertThatThrownBy(fixture(rows()).splitColumn("id").splits(split("s", SplitBy.COLUMN, 1))::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining(
            "split s: a row's split column names no part that is known: 'r0', 'r1'")
        .hasMessageContaining(
            " and 295 more; say which is meant, as in splits.parts { val = [r0] }");
  }

  private static Split given(SplitBy by, Map<String, List<String>> parts) {
    return new Split("s", by, Map.of(), 0, 1, 5, 0.1, false, parts);
  }

  @Test
  void partsAreKnownByTheirUsualNamesAndThoseOfTheConfig() {
    String rows =
        """
        a,ATGGCTTAA,1,,Training
        b,ATGGCTTAA,1,,valid
        c,ATGGCTTAA,1,,Validation
        d,ATGGCTTAA,1,,DEV
        e,ATGGCTTAA,1,,Testing
        f,ATGGCTTAA,1,,hold-out
        """;
    assertThatThrownBy(fixture(List.of(rows)).splits(given(SplitBy.COLUMN, Map.of()))::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("known: 'hold-out'; say which is meant");
    PrepareFixture fixture =
        fixture(List.of(rows))
            .splits(
                given(
                    SplitBy.COLUMN, Map.of("test", List.of("Hold-Out"), "unused", List.of("dev"))));
    fixture.run();
    assertThat(fixture.parts("s"))
        .isEqualTo(
            Map.of("a", "train", "b", "val", "c", "val", "d", "unused", "e", "test", "f", "test"));
    assertThatThrownBy(
            fixture(List.of(rows, "g,ATGGCTTAA,1,,nan\n")).splits(given(SplitBy.COLUMN, Map.of()))
                ::run)
        .isInstanceOf(UserException.class);
    assertThatThrownBy(
            fixture(List.of("f,ATGGCTTAA,1,,train\n", "g,ATGGCTTAA,1,,nan\n"))
                    .splits(given(SplitBy.COLUMN, Map.of()))
                ::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("split s: 1 accepted rows have no part, the first is row 2 (g)");
  }

  @Test
  void filesNamePartsToo() {
    Split split = given(SplitBy.FILE, Map.of());
    PrepareFixture fixture = new PrepareFixture(folder).splits(split);
    fixture.file("in/train.csv", HEADER + "a,ATGGCTTAA,1,,\n");
    fixture.file("in/icodon_valid.csv", HEADER + "b,ATGGCTTAA,1,,\n");
    fixture.file("in/test/part-0.csv", HEADER + "c,ATGGCTTAA,1,,\n");
    fixture.input(folder.resolve("in").toUri().toString()).run();
    assertThat(fixture.parts("s")).isEqualTo(Map.of("a", "train", "b", "val", "c", "test"));
    // A split that is asked for later finds the names in the tables.
    Split other =
        new Split(
            "t", SplitBy.FILE, Map.of(), 0, 1, 5, 0.1, false, Map.of("x", List.of("train.csv")));
    fixture.splits(split, other).run();
    assertThat(fixture.parts("t")).isEqualTo(Map.of("a", "x", "b", "val", "c", "test"));
    fixture.file("in/others.csv", HEADER + "d,ATGGCTTAA,1,,\n");
    fixture.input(folder.resolve("in").toUri().toString());
    assertThatThrownBy(fixture::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("a file names no part that is known: 'in/others.csv'");
  }

  @Test
  void aPartThatGetsNoRowIsTold() {
    Split split =
        new Split("s", SplitBy.HOMOLOGY, Map.of("train", 0.9, "val", 0.05, "test", 0.05), 0, 1);
    PrepareCounts counts =
        new PrepareFixture(folder).file("d.csv", HEADER + rows().get(0)).splits(split).run();
    String whole = counts.splits().get("s").parts().keySet().iterator().next();
    assertThat(PrepareLog.emptyParts(List.of(split), counts))
        .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
        .startsWith("split s leaves ")
        .contains(" and ")
        .doesNotContain(" " + whole + " ")
        .contains("without a row");
  }

  private static Map<String, Row> labels(PrepareFixture fixture) {
    return fixture.labelRows().stream()
        .collect(Collectors.toMap(row -> row.getAs("row_id"), Function.identity()));
  }

  /** The counts of a split by plain loops over the tables. */
  private static OfSplit recounted(
      Map<String, String> parts, Map<String, Row> labels, PrepareFixture fixture) {
    Map<String, String> proteins = new HashMap<>();
    fixture
        .sequenceRows(io.codonloom.sequence.Modality.PROTEIN)
        .forEach(row -> proteins.put(row.getAs("sequence_id"), row.getAs("key")));
    Map<String, Long> rows = new TreeMap<>();
    Map<String, List<Set<String>>> contents = new TreeMap<>();
    parts.forEach(
        (rowId, part) -> {
          Row row = labels.get(rowId);
          rows.merge(part, 1L, Long::sum);
          List<Set<String>> sets =
              contents.computeIfAbsent(
                  part, p -> List.of(new HashSet<>(), new HashSet<>(), new HashSet<>()));
          sets.get(0).add(row.getAs("sequence_id"));
          sets.get(1).add(proteins.get(row.<String>getAs("sequence_id")));
          sets.get(2).add(row.<String, String>getJavaMap(row.fieldIndex("covariates")).get("gene"));
        });
    Map<String, OfPart> ofParts = new TreeMap<>();
    List<Shared> shared = new ArrayList<>();
    List<String> names = List.copyOf(contents.keySet());
    for (String a : names) {
      List<Set<String>> x = contents.get(a);
      ofParts.put(a, new OfPart(rows.get(a), x.get(0).size(), x.get(1).size(), x.get(2).size()));
      for (String b : names) {
        if (a.compareTo(b) < 0) {
          List<Set<String>> y = contents.get(b);
          shared.add(
              new Shared(
                  a,
                  b,
                  common(x.get(0), y.get(0)),
                  common(x.get(1), y.get(1)),
                  common(x.get(2), y.get(2))));
        }
      }
    }
    return new OfSplit(ofParts, shared);
  }

  private static long common(Set<String> a, Set<String> b) {
    return a.stream().filter(b::contains).count();
  }

  private Map<Path, Long> files(PrepareFixture fixture, String... tables) throws Exception {
    Map<Path, Long> files = new TreeMap<>();
    Path root = Path.of(java.net.URI.create(fixture.workspace.root()));
    for (String table : tables) {
      try (Stream<Path> found = Files.walk(root.resolve(table))) {
        for (Path file : found.filter(Files::isRegularFile).toList()) {
          files.put(file, Files.getLastModifiedTime(file).toMillis());
        }
      }
    }
    assertThat(files).isNotEmpty();
    return files;
  }
}
