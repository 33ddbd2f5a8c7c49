package io.codonloom.job.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.UserException;
import io.codonloom.config.InputFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files are an input, in which order, and those that are none. */
class PrepareFilesTest {
  private static final String HEADER = "id,sequence,label\n";

  @TempDir Path folder;

  private PrepareFixture fixture() {
    return new PrepareFixture(folder);
  }

  @Test
  void gzippedFilesAreRead() throws IOException {
    assertThat(
            fixture()
                .file("d.csv.gz", PrepareFixture.gzip(HEADER + "a,ATGGCTTAA,1\n"))
                .run()
                .accepted())
        .isEqualTo(1);
  }

  @Test
  void anEmptyFileIsRefused() throws IOException {
    assertThatThrownBy(fixture().file("d.csv", "")::run)
        .isInstanceOf(UserException.class)
        .hasMessageEndingWith("d.csv is empty");
    for (String nothing : List.of("\n\n", "\ufeff", "\ufeff\r\n \r")) {
      assertThatThrownBy(fixture().file("d.csv", nothing)::run)
          .hasMessageEndingWith("d.csv is empty");
    }
    assertThatThrownBy(fixture().file("d.csv.gz", PrepareFixture.gzip(""))::run)
        .isInstanceOf(UserException.class)
        .hasMessageEndingWith("d.csv.gz is empty");
    assertThatThrownBy(fixture().file("d.csv", HEADER)::run)
        .isInstanceOf(UserException.class)
        .hasMessageEndingWith("holds no rows besides the header");
  }

  @Test
  void aBinaryFileIsRefused() throws IOException {
    byte[] binary = {'i', 'd', ',', 0, 1, 2, 3};
    byte[] latin1 = "id,sequence,s\u00e9quence\n".getBytes(StandardCharsets.ISO_8859_1);
    for (byte[] bytes : List.of(binary, latin1, "id,x".getBytes(StandardCharsets.UTF_16LE))) {
      assertThatThrownBy(fixture().file("d.csv", bytes)::run)
          .isInstanceOf(UserException.class)
          .hasMessageContaining("d.csv is no text in UTF-8");
    }
    assertThatThrownBy(fixture().file("d.csv", PrepareFixture.gzip(HEADER))::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("its name must end with .gz");
    assertThatThrownBy(fixture().file("d.csv.gz", HEADER)::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("d.csv.gz cannot be read as its ending says");
    assertThatThrownBy(fixture().file("d.parquet", HEADER)::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("d.parquet is no Parquet file");
  }

  @Test
  void aGzipFileThatIsCutOffIsRefused() throws IOException {
    StringBuilder text = new StringBuilder(HEADER);
    java.util.Random random = new java.util.Random(5);
    for (int i = 0; i < 30_000; i++) {
      text.append(random.nextLong()).append(",ATGGCTTAA,").append(random.nextInt()).append('\n');
    }
    byte[] whole = PrepareFixture.gzip(text.toString());
    PrepareFixture fixture =
        fixture().file("d.csv.gz", java.util.Arrays.copyOf(whole, whole.length - 1000));
    assertThatThrownBy(fixture::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("d.csv.gz is damaged or cut off");
    assertThat(fixture.isPrepared()).isFalse();
  }

  @Test
  void whatIsNotThereIsRefused() throws IOException {
    assertThatThrownBy(fixture().input(folder.resolve("none.csv").toUri().toString())::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("there is no file or folder")
        .hasMessageContaining("none.csv");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(fixture().input(empty.toUri().toString())::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("holds no files");
    assertThatThrownBy(fixture().input("nosuch://host/x.csv")::run)
        .isInstanceOf(UserException.class);
    assertThatThrownBy(fixture().file("d.dat", HEADER)::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("or set dataset.format");
    assertThat(
            fixture()
                .file("d.dat", HEADER + "a,ATGGCTTAA,1\n")
                .format(InputFormat.CSV)
                .run()
                .accepted())
        .isEqualTo(1);
  }

  @Test
  void rowsOfSeveralFilesAreNumberedInTheOrderOfTheirPaths() {
    PrepareFixture fixture = fixture();
    fixture.file("in/b [1] %41.csv", HEADER + "d,ATG,4\ne,ATG,5\n");
    fixture.file("in/a.csv", HEADER + "a,ATG,1\nb,ATGGCTTAA,2\nc,ATG,3\n");
    fixture.file("in/c/x.csv", HEADER + "f,ATG,6\n");
    fixture.file("in/_hidden.csv", "not,a,dataset\n");
    fixture.input(folder.resolve("in").toUri().toString());
    PrepareCounts counts = fixture.run();
    assertThat(counts.rows()).isEqualTo(6);
    assertThat(fixture.rejectRows())
        .extracting(row -> row.getAs("row_number") + " " + row.getAs("row_id"))
        .containsExactly("1 a", "3 c", "4 d", "5 e", "6 f");
    fixture.input(folder.resolve("in/?.csv").toUri().toString().replace("%3F", "?"));
    assertThat(fixture.run().rows()).isEqualTo(3);
  }

  @Test
  void severalInputsAreReadInTheirOrder() {
    PrepareFixture fixture = fixture();
    fixture.file("b.csv", HEADER + "d,ATG,4\n").file("in/a.csv", HEADER + "a,ATGGCTTAA,1\n");
    String b = folder.resolve("b.csv").toUri().toString();
    String in = folder.resolve("in").toUri().toString();
    assertThat(fixture.inputs(b, in).run().rows()).isEqualTo(2);
    assertThat(fixture.labelRows().get(0).<Long>getAs("row_number")).isEqualTo(2);
    assertThatThrownBy(fixture.inputs(b, in, in + "/a.csv")::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("in/a.csv comes twice in dataset.input");
  }

  @Test
  void filesWithOtherColumnsAreRefused() {
    fixture().file("in/a.csv", HEADER + "a,ATGGCTTAA,1\n").file("in/b.csv", "id,label,sequence\n");
    assertThatThrownBy(fixture().input(folder.resolve("in").toUri().toString())::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("b.csv has other columns than");
  }

  @Test
  void rowNumbersDoNotDependOnHowAFileIsCut() {
    StringBuilder text = new StringBuilder(HEADER);
    for (int i = 1; i <= 2000; i++) {
      text.append("r")
          .append(i)
          .append(i % 7 == 0 ? ",ATG," : ",ATGGCTTAA,")
          .append(i)
          .append('\n');
    }
    PrepareFixture fixture = fixture().file("d.csv", text.toString());
    var conf = fixture.spark.conf();
    String before = conf.get("spark.sql.files.maxPartitionBytes");
    try {
      for (long bytes : new long[] {700, 5000, 1 << 20}) {
        conf.set("spark.sql.files.maxPartitionBytes", bytes);
        fixture.run();
        assertThat(fixture.rejectRows())
            .hasSize(285)
            .allSatisfy(
                row ->
                    assertThat("r" + row.getAs("row_number"))
                        .isEqualTo(row.<String>getAs("row_id")));
        Files.delete(
            Path.of(java.net.URI.create(fixture.workspace.prepareManifest("d").toString())));
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } finally {
      conf.set("spark.sql.files.maxPartitionBytes", before);
    }
  }

  @Test
  void parquetColumnsOfAnyTypeAreRead() {
    PrepareFixture fixture = fixture();
    String input = folder.resolve("in.parquet").toUri().toString();
    fixture
        .spark
        .sql(
            "select id, if(id % 2 = 0, 'ATGGCTTAA', 'ATG') as sequence, id / 4 as label,"
                + " if(id = 4, double('NaN'), 1.0) as other from range(10)")
        .repartitionByRange(3, new org.apache.spark.sql.Column("id"))
        .sortWithinPartitions("id")
        .write()
        .parquet(input);
    PrepareCounts counts = fixture.input(input).run();
    assertThat(counts.rows()).isEqualTo(10);
    assertThat(counts.accepted()).isEqualTo(5);
    assertThat(fixture.labelRows())
        .extracting(row -> row.getAs("row_id") + " " + row.getAs("label"))
        .containsExactly("0 0.0", "2 0.5", "4 1.0", "6 1.5", "8 2.0");
    assertThat(fixture.rejectRows())
        .extracting(row -> row.getAs("row_number") + " " + row.getAs("row_id"))
        .containsExactly("2 1", "4 3", "6 5", "8 7", "10 9");
    assertThat(fixture.label("other").run().reasons()).containsEntry("label_missing", 1L);
  }
}
