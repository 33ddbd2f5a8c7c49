package io.codonloom.job.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parquet as other programs write it: {@code test-data/parquet} holds what Spark cannot. */
class PrepareParquetTest {
  private static final Path FILES =
      Path.of(System.getProperty("codonloom.root"), "test-data/parquet");

  @TempDir Path folder;

  private PrepareFixture fixture() {
    return new PrepareFixture(folder).input(folder.resolve("in").toUri().toString());
  }

  /** Writes one Parquet file of what a query gives. */
  private void write(String name, String query) throws IOException {
    Path out = folder.resolve("spark");
    fixture().spark.sql(query).coalesce(1).write().parquet(out.toUri().toString());
    Path file = folder.resolve("in").resolve(name);
    Files.createDirectories(file.getParent());
    try (Stream<Path> parts = Files.list(out)) {
      Files.move(
          parts.filter(p -> p.toString().endsWith(".parquet")).findFirst().orElseThrow(), file);
    }
    org.apache.commons.io.FileUtils.deleteDirectory(out.toFile());
  }

  private static String row(String id, String label, String more) {
    return "select " + id + " as id, 'ATGGCTTAA' as sequence, " + label + " as label" + more;
  }

  private static Map<String, String> covariates(Row row) {
    return new TreeMap<>(row.<String, String>getJavaMap(row.fieldIndex("covariates")));
  }

  @Test
  void eachFileIsReadByItsOwnSchema() throws IOException {
    write("a.parquet", row("1", "0.5D", ", 'x' as note"));
    write("b.parquet", row("2L", "2", ", 7L as note") + " union all " + row("3L", "3", ", null"));
    write("c.parquet", row("'4'", "cast(null as string)", ", 1.50 as note"));
    write("d.parquet", row("5D", "float(0.1)", ", date '2026-01-31' as note"));
    write("e.parquet", row("6.00", "1.250", ", true as note"));
    write("f.parquet", row("'7'", "'1e-3'", ", timestamp_ntz '2026-01-31 12:30:00' as note"));
    PrepareFixture fixture = fixture().covariates("note");
    PrepareCounts counts = fixture.run();

    assertThat(counts.reasons()).isEqualTo(Map.of("label_missing", 1L));
    Map<String, Double> labels = new HashMap<>();
    Map<String, String> notes = new HashMap<>();
    for (Row row : fixture.labelRows()) {
      labels.put(row.getAs("row_id"), row.getAs("label"));
      notes.put(row.getAs("row_id"), covariates(row).get("note"));
    }
    // The same whole number is the same id, whatever type a file gives it.
    assertThat(labels)
        .isEqualTo(Map.of("1", 0.5, "2", 2.0, "3", 3.0, "5", 0.1, "6", 1.25, "7", 1e-3));
    assertThat(notes)
        .containsEntry("1", "x")
        .containsEntry("2", "7")
        .containsEntry("3", null)
        .containsEntry("5", "2026-01-31")
        .containsEntry("6", "true")
        .containsEntry("7", "2026-01-31T12:30:00");
    assertThat(fixture.rejectRows())
        .extracting(row -> row.getAs("row_number") + " " + row.getAs("row_id"))
        .containsExactly("4 4");
  }

  @Test
  void aColumnThatOneFileLacksIsNamedWithItsFile() throws IOException {
    for (String name : List.of("a", "z")) {
      write("m.parquet", row("1", "0.5D", ""));
      write(name + ".parquet", "select 2 as id, 'ATGGCTTAA' as sequence, 1 as lable");
      assertThatThrownBy(fixture()::run)
          .isInstanceOf(UserException.class)
          .hasMessageContaining(
              name + ".parquet has no column 'label' (it has id, sequence, lable)");
      org.apache.commons.io.FileUtils.deleteDirectory(folder.resolve("in").toFile());
    }
  }

  @Test
  void onlyTheNamedColumnsMatter() {
    PrepareFixture fixture =
        fixture().input(FILES.resolve("every-type.parquet").toUri().toString());
    PrepareCounts counts = fixture.run();
    assertThat(counts.rows()).isEqualTo(4);
    // Null and NaN are both no label.
    assertThat(counts.reasons())
        .containsEntry("label_missing", 2L)
        .doesNotContainKey("label_not_a_number");
    assertThat(fixture.labelRows())
        .extracting(row -> row.getAs("row_id") + " " + row.getAs("label"))
        .containsExactly("a 1.5", "b 2.0");
  }

  @Test
  void everySimpleTypeIsReadAsText() {
    PrepareFixture fixture =
        fixture()
            .input(FILES.resolve("every-type.parquet").toUri().toString())
            .covariates(
                "Label",
                "nanoseconds",
                "milliseconds",
                "time",
                "date",
                "float16",
                "float32",
                "uuid",
                "decimal",
                "wide decimal",
                "unsigned",
                "boolean",
                "nothing",
                "words");
    fixture.run();
    assertThat(covariates(fixture.labelRows().get(0)))
        .isEqualTo(
            new TreeMap<>(
                Map.ofEntries(
                    Map.entry("Label", "x"),
                    Map.entry("nanoseconds", "2026-01-31T12:30:00"),
                    Map.entry("milliseconds", "2026-01-31T12:30:00Z"),
                    Map.entry("time", "12:30:00"),
                    Map.entry("date", "2026-01-31"),
                    Map.entry("float16", "0.5"),
                    Map.entry("float32", "0.1"),
                    Map.entry("uuid", "00010203-0405-0607-0809-0a0b0c0d0e0f"),
                    Map.entry("decimal", "1.5"),
                    Map.entry("wide decimal", "1.5"),
                    Map.entry("unsigned", "9223372036854775809"),
                    Map.entry("boolean", "true"),
                    Map.entry("words", "u"))));
    for (String nested : List.of("list", "struct", "map")) {
      assertThatThrownBy(fixture.covariates(nested)::run)
          .isInstanceOf(UserException.class)
          .hasMessageContaining("every-type.parquet: column '" + nested + "' has no single values");
    }
    assertThatThrownBy(fixture.covariates("bytes")::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("every-type.parquet")
        .hasMessageContaining("no text in UTF-8");
  }

  @Test
  void aCodecThatIsNotThereIsNamedWithTheFile() {
    assertThatThrownBy(fixture().input(FILES.resolve("brotli.parquet").toUri().toString())::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("brotli.parquet is compressed with BROTLI")
        .hasMessageContaining("write it with snappy, gzip or zstd");
    assertThat(fixture().input(FILES.resolve("lz4.parquet").toUri().toString()).run().rows())
        .isEqualTo(4);
  }

  @Test
  void aFlippedByteIsToldWithTheFile() throws IOException {
    write("whole.parquet", row("1", "0.5D", ""));
    write(
        "bad.parquet",
        "select id + 10 as id, concat('ATG', repeat('GCT', 1 + int(id % 90)), 'TAA') as sequence,"
            + " rand(3) as label from range(500)");
    Path file = folder.resolve("in/bad.parquet");
    byte[] whole = Files.readAllBytes(file);
    Consumer<byte[]> refused =
        bytes -> {
          try {
            Files.write(file, bytes);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
          assertThatThrownBy(fixture()::run)
              .isInstanceOf(UserException.class)
              .hasMessageContaining("bad.parquet")
              .hasMessageNotContaining("\n");
        };
    for (int at : new int[] {40, whole.length / 4, whole.length / 2, whole.length - 12}) {
      byte[] flipped = whole.clone();
      flipped[at] ^= 0x10;
      refused.accept(flipped);
    }
    refused.accept(Arrays.copyOf(whole, whole.length - 100));
    Files.write(file, whole);
    assertThat(fixture().run().rows()).isEqualTo(501);
  }

  @Test
  void foldersNamedAsColumnsAreColumns() throws IOException {
    write("species=human/a.parquet", row("1", "0.5D", ""));
    write("species=mus%20musculus/b.parquet", row("2", "2", ""));
    write("species=__HIVE_DEFAULT_PARTITION__/c.parquet", row("3", "3", ""));
    // What a file says itself counts more.
    write("species=fly/d.parquet", row("4", "4", ", 'worm' as species"));
    PrepareFixture fixture = fixture().covariates("species");
    fixture.run();
    assertThat(fixture.labelRows())
        .extracting(row -> covariates(row).get("species"))
        .containsExactly("human", "mus musculus", null, "worm");
  }
}
