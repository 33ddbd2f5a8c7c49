package io.codonloom.job.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.SharedData;
import io.codonloom.UserException;
import io.codonloom.config.ConfigException;
import io.codonloom.config.InputFormat;
import io.codonloom.config.TextLayout;
import io.codonloom.sequence.CodingSequence;
import io.codonloom.sequence.GeneticCode;
import io.codonloom.sequence.Modality;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrepareFormatsTest {
  private static final String HEADER = "id,sequence,label\n";

  @TempDir Path folder;

  private PrepareFixture fixture() {
    return new PrepareFixture(folder);
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstColumnsName() {
    PrepareCounts counts = fixture().file("d.csv", "\ufeff" + HEADER + "a,ATGGCTTAA,1\n").run();
    assertThat(counts.accepted()).isEqualTo(1);
  }

  @Test
  void carriageReturnsAreNoPartOfTheLastField() {
    PrepareFixture fixture =
        fixture()
            .file("d.csv", (HEADER + "a,ATGGCTTAA,1.5\nb,ATGGGTTAA,2\n").replace("\n", "\r\n"));
    assertThat(fixture.run().accepted()).isEqualTo(2);
    assertThat(fixture.labelRows().get(0).<Double>getAs("label")).isEqualTo(1.5);
  }

  @Test
  void caseAndAlphabetMakeOneSequence() {
    PrepareFixture fixture =
        fixture().file("d.csv", HEADER + "a,atggcttaa,1\nb,AUGGCUUAA,2\nc,ATGGCTTAA,3\n");
    PrepareCounts counts = fixture.run();
    assertThat(counts.sequencesGiven()).isEqualTo(1);
    assertThat(counts.sequencesAccepted()).isEqualTo(1);
    String id = CodingSequence.of("ATGGCTTAA", GeneticCode.of(1)).id();
    assertThat(fixture.labelRows()).extracting(row -> row.getAs("sequence_id")).containsOnly(id);
    assertThat(fixture.sequenceRows(Modality.DNA).get(0).<String>getAs("sequence"))
        .isEqualTo("ATGGCT");
    assertThat(fixture.sequenceRows(Modality.RNA).get(0).<String>getAs("sequence"))
        .isEqualTo("AUGGCU");
    assertThat(fixture.sequenceRows(Modality.PROTEIN).get(0).<String>getAs("sequence"))
        .isEqualTo("MA");
    assertThat(fixture.sequenceRows(Modality.PROTEIN).get(0).<Integer>getAs("n_codons"))
        .isEqualTo(2);
  }

  @Test
  void gzippedFilesAreRead() throws IOException {
    assertThat(fixture().file("d.csv.gz", gzip(HEADER + "a,ATGGCTTAA,1\n")).run().accepted())
        .isEqualTo(1);
  }

  @Test
  void quotedFieldsMayHoldSeparatorsAndQuotes() {
    PrepareFixture fixture =
        fixture()
            .file(
                "d.csv", "\"id\",\"sequence\",label,note\n\"a, \"\"b\"\"\",\"ATGGCTTAA\",\"1\",x\n")
            .covariates("note");
    assertThat(fixture.run().accepted()).isEqualTo(1);
    Row row = fixture.labelRows().get(0);
    assertThat(row.<String>getAs("row_id")).isEqualTo("a, \"b\"");
    assertThat(row.<String, String>getJavaMap(row.fieldIndex("covariates")))
        .containsExactly(java.util.Map.entry("note", "x"));
  }

  @Test
  void rowsThatDoNotFitTheHeaderAreRefusedOneByOne() {
    PrepareFixture fixture =
        fixture()
            .file(
                "d.csv",
                HEADER
                    + "a,ATGGCTTAA,1\nb,ATGGCTTAA\nc,ATGGCTTAA,3,4\nd,\"ATGGCTTAA,5\ne,ATGGCTTAA,6\n");
    PrepareCounts counts = fixture.run();
    assertThat(counts.rows()).isEqualTo(5);
    assertThat(counts.reasons()).containsEntry("malformed_row", 3L);
    assertThat(fixture.labelRows())
        .extracting(row -> row.getAs("row_id"))
        .containsExactly("a", "e");
    assertThat(fixture.rejectRows())
        .extracting(row -> row.getAs("row_number"))
        .containsExactly(2L, 3L, 4L);
  }

  @Test
  void aFieldWithLineBreaksIsReadWholeAlsoFromAFileThatIsReadInPieces() {
    String text =
        "id,sequence,\"label\n(h)\",note\n"
            + "a,ATGGCTTAA,1,\"two\nlines\"\n"
            + "b,ATGGGTTAA,2,x\r\n"
            + "c,\"ATGG\nATTAA\",3,\"a row?\nd,ATGGGTTAA,2,x\nno \"\"row\"\"\"\n"
            + "e,ATGGCTTAA,\"4\r\n\",x\n"
            + "f,ATGGCTTAA,\"5,x\n";
    for (String most : List.of("1g", "60b")) {
      PrepareFixture fixture =
          new PrepareFixture(folder.resolve(most))
              .file("d.csv", text)
              .label("label\n(h)")
              .covariates("note");
      PrepareCounts counts = inPiecesOf(most, fixture);
      assertThat(counts.rows()).isEqualTo(5);
      assertThat(counts.reasons()).containsEntry("malformed_row", 1L);
      assertThat(fixture.labelRows())
          .extracting(
              row ->
                  row.getAs("row_id")
                      + " "
                      + row.getAs("label")
                      + " "
                      + row.getJavaMap(row.fieldIndex("covariates")).get("note"))
          .containsExactly(
              "a 1.0 two\nlines",
              "b 2.0 x",
              "c 3.0 a row?\nd,ATGGGTTAA,2,x\nno \"row\"",
              "e 4.0 x");
    }
  }

  private static PrepareCounts inPiecesOf(String most, PrepareFixture fixture) {
    var conf = fixture.spark.conf();
    String before = conf.get("spark.sql.files.maxPartitionBytes");
    conf.set("spark.sql.files.maxPartitionBytes", most);
    try {
      return fixture.run();
    } finally {
      conf.set("spark.sql.files.maxPartitionBytes", before);
    }
  }

  @Test
  void aQuoteThatNothingClosesRefusesItsRowAlone() {
    PrepareFixture fixture =
        fixture()
            .file("in/a.csv", HEADER + "a,ATGGCTTAA,1\nb,ATGGGTTAA,\"2\nc,ATGGATTAA,3\n")
            .file("in/b.csv", HEADER + "d,ATGGCTTAA,\"4\n")
            .input(folder.resolve("in").toUri().toString());
    PrepareCounts counts = fixture.run();
    assertThat(counts.reasons()).containsEntry("malformed_row", 2L);
    assertThat(fixture.labelRows())
        .extracting(row -> row.getAs("row_id"))
        .containsExactly("a", "c");
  }

  @Test
  void aQuoteInsideAPlainFieldIsACharacter() {
    PrepareFixture fixture =
        fixture()
            .file("d.csv", "id,sequence,label,note\na,ATGGCTTAA,1,5\" long\nb 3\",ATGGGTTAA,2,x\n")
            .covariates("note");
    assertThat(fixture.run().accepted()).isEqualTo(2);
    assertThat(fixture.labelRows())
        .extracting(row -> row.getAs("row_id"))
        .containsExactly("a", "b 3\"");
  }

  @Test
  void aFolderOfFastaWithAnyLineEndsKeepsItsRecords() {
    PrepareFixture fixture = fixture();
    StringBuilder labels = new StringBuilder("id\tlabel\tnote\n");
    for (String end : List.of("\r", "\n", "\r\n")) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 20; i++) {
        String id = "s" + end.length() + (int) end.charAt(0) + i;
        text.append('>').append(id).append(" x").append(end).append("ATGG ").append(end);
        text.append("CTTAA").append(i == 19 ? "" : end);
        labels.append(id).append("\t").append(i).append("\t\"two\nlines\"\n");
      }
      fixture.file("in/" + end.length() + (int) end.charAt(0) + ".fa", text.toString());
    }
    // Of the label file, too, the lines end in any way, and in a field with line breaks.
    fixture.file("labels.tsv", labels.toString().replace("\n", "\r"));
    fixture.labels(folder.resolve("labels.tsv").toUri().toString());
    fixture.input(folder.resolve("in").toUri().toString());
    PrepareCounts counts = inPiecesOf("100b", fixture);
    assertThat(counts.rows()).isEqualTo(60);
    assertThat(counts.accepted()).isEqualTo(60);
    assertThat(counts.labelsWithoutSequence()).isZero();
  }

  @Test
  void bytesOfAnotherEncodingAreRefusedWhereverTheyStandOrReadByTheirEncoding() {
    StringBuilder text = new StringBuilder(HEADER);
    for (int i = 0; i < 20_000; i++) {
      text.append(i).append(i < 19_998 ? "" : i == 19_998 ? "\u00e9" : "\u00e8");
      text.append(",ATGGCTTAA,1\n");
    }
    PrepareFixture fixture =
        fixture().file("d.csv", text.toString().getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> inPiecesOf("90k", fixture))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("d.csv is no text in UTF-8: line 20000 has other bytes")
        .hasMessageContaining("set dataset.encoding");
    fixture.layout(new TextLayout("windows-1252", "auto", Optional.empty(), false, false));
    assertThat(inPiecesOf("90k", fixture).accepted()).isEqualTo(20_000);
    assertThat(fixture.labelRows())
        .extracting(row -> row.<String>getAs("row_id"))
        .contains("19998\u00e9", "19999\u00e8");
    fixture
        .file("labels.csv", "id,label\na,1\n\u00e9,2\n".getBytes(StandardCharsets.ISO_8859_1))
        .labels(folder.resolve("labels.csv").toUri().toString())
        .layout(TextLayout.DEFAULT);
    assertThatThrownBy(fixture.file("d.fa", ">a\nATGGCTTAA\n")::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("labels.csv is no text in UTF-8: line 3");
  }

  @Test
  void commentsSeparatorsAndTheIndexColumnOfRAreRead() {
    PrepareFixture fixture =
        fixture()
            .layout(new TextLayout("utf-8", "auto", Optional.of("#"), false, false))
            .file(
                "d.csv",
                "# by R\n\"id\";\"sequence\";\"label\"\n#\n\"1\";a;ATGGCTTAA;1\n2;b;ATGGCTTAA;2");
    assertThat(fixture.run().accepted()).isEqualTo(2);
    assertThat(fixture.labelRows()).extracting(r -> r.getAs("row_id")).containsExactly("a", "b");
    assertThatThrownBy(fixture.file("d.csv", "nr;sequence;label\na;ATGGCTTAA;1\n")::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining(
            "seems to have the separator ';' and the columns nr, sequence, label");
    // Where it is told, another one is not tried; an empty last field is no index.
    fixture.layout(new TextLayout("utf-8", ";", Optional.empty(), false, false));
    assertThatThrownBy(fixture.file("d.csv", HEADER + "a,ATGGCTTAA,1\n")::run)
        .hasMessageContaining("d.csv has no column 'id'");
    assertThatThrownBy(fixture.file("d.csv", "id;sequence;label\na;ATGGCTTAA;1;\n")::run)
        .hasMessageContaining("malformed_row")
        .hasMessageContaining("4 fields of 3");
  }

  @Test
  void theCodingPartOfATranscriptIsCutByColumns() {
    PrepareFixture fixture =
        fixture()
            .cds("from", "to")
            .file(
                "d.csv",
                """
                id,sequence,label,from,to
                a,GGATGGCTTAACC,1,3,11
                b,AT GGCT TAA,2,1.0,9
                c,ATGGCTTAA,3,1,10
                d,ATGGCTTAA,4,0,9
                e,ATGGCTTAA,5,9,1
                f,ATGGCTTAA,6,x,9
                g,ATGGCTTAA,7,,
                h,GGATGGCRTAACC,8,3,11
                """);
    PrepareCounts counts = fixture.run();
    assertThat(counts.reasons()).containsEntry("cds_out_of_range", 5L).hasSize(2);
    String id = CodingSequence.of("ATGGCTTAA", GeneticCode.of(1)).id();
    assertThat(fixture.labelRows())
        .extracting(row -> row.getAs("row_id") + " " + row.getAs("sequence_id"))
        .containsExactly("a " + id, "b " + id);
    // The position counts in the sequence as it was given.
    Row last = fixture.rejectRows().get(5);
    assertThat(last.<Integer>getAs("position")).isEqualTo(7);
    assertThat(last.<String>getAs("sequence")).isEqualTo("GGATGGCRTAACC");
  }

  @Test
  void fastaHeadersTellTheCodingPartAndIdsJoinWithoutTheirVersion() {
    PrepareFixture fixture =
        fixture()
            .decimal(",")
            .layout(new TextLayout("utf-8", "auto", Optional.empty(), true, true))
            .file("labels.csv", "id;label\nT1.7;1,5\nT2;2\nT3;3.5\nT4;4\n")
            .labels(folder.resolve("labels.csv").toUri().toString())
            .file(
                "d.fa",
                """
                >T1.4 x|UTR5:1-2|CDS:3-11|
                GGATG GCTT
                AACC
                >T2.1 cds=1-9
                ATGGCTTAA
                >T3 CDS:1-9
                ATGGCTTAA
                >T4.1 gene
                ATGGCTTAA
                """);
    PrepareCounts counts = fixture.run();
    assertThat(counts.reasons())
        .isEqualTo(java.util.Map.of("cds_out_of_range", 1L, "label_not_a_number", 1L));
    assertThat(counts.labelsWithoutSequence()).isZero();
    assertThat(counts.sequencesAccepted()).isEqualTo(1);
    assertThat(fixture.labelRows())
        .extracting(row -> row.getAs("row_id") + " " + row.getAs("label"))
        .containsExactly("T1 1.5", "T2 2.0");
  }

  @Test
  void tabSeparatedFilesAreReadByTheirEnding() {
    PrepareFixture fixture = fixture().file("d.tsv", "id\tsequence\tlabel\na,b\tATGGCTTAA\t1\n");
    assertThat(fixture.run().accepted()).isEqualTo(1);
    assertThat(fixture.labelRows().get(0).<String>getAs("row_id")).isEqualTo("a,b");
  }

  @Test
  void columnNamesMayHoldDotsAndDifferInCase() {
    PrepareFixture fixture =
        fixture()
            .file("d.csv", "ID,id,sequence,half.life `h`\nx,a,ATGGCTTAA,1\n")
            .label("half.life `h`");
    assertThat(fixture.run().accepted()).isEqualTo(1);
    assertThat(fixture.labelRows().get(0).<String>getAs("row_id")).isEqualTo("a");
  }

  @Test
  void aMissingColumnIsNamedWithTheNearestOne() {
    PrepareFixture fixture = fixture().file("d.csv", "id,sequence,labels\na,ATGGCTTAA,1\n");
    assertThatThrownBy(fixture::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("d.csv has no column 'label' (it has id, sequence, labels)")
        .hasMessageContaining("did you mean labels?");
    assertThat(fixture.isPrepared()).isFalse();
  }

  @Test
  void anAmbiguousColumnIsRefused() {
    assertThatThrownBy(fixture().file("d.csv", "id,sequence,label,label\na,ATGGCTTAA,1,2\n")::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("two columns 'label'");
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
    assertThatThrownBy(fixture().file("d.csv.gz", gzip(""))::run)
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
    assertThatThrownBy(fixture().file("d.csv", gzip(HEADER))::run)
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
    byte[] whole = gzip(text.toString());
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
  void aLabelFileBesideAnythingButFastaIsRefused() {
    PrepareFixture fixture = fixture();
    fixture.file("labels.csv", "id,label\na,1\n");
    fixture.labels(folder.resolve("labels.csv").toUri().toString());
    assertThatThrownBy(fixture.file("d.csv", HEADER + "a,ATGGCTTAA,1\n")::run)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("dataset.labels is for FASTA")
        .hasMessageContaining("take dataset.labels out");
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
  void fastaTakesItsLabelsFromASideFile() throws IOException {
    PrepareFixture fixture = fixture();
    fixture.file("labels.csv", "label,id\n1.5,a\n2.5,b\n3,other\n");
    fixture.labels(folder.resolve("labels.csv").toUri().toString());
    fixture.file(
        "d.fa.gz", gzip("\n>a some words\r\nATGG\r\nCTTAA\r\n\r\n>b\nAUGGGUUAA\n>c\nATGGCTTAA"));
    PrepareCounts counts = fixture.run();
    assertThat(counts.rows()).isEqualTo(3);
    assertThat(counts.reasons()).isEqualTo(java.util.Map.of("label_missing", 1L));
    assertThat(counts.labelsWithoutSequence()).isEqualTo(1);
    assertThat(fixture.labelRows())
        .extracting(row -> row.getAs("row_id") + " " + row.getAs("label"))
        .containsExactly("a 1.5", "b 2.5");
    assertThat(fixture.rejectRows().get(0).<Long>getAs("row_number")).isEqualTo(3);
  }

  @Test
  void fastaWithoutLabelsIsForPredictionOnly() {
    PrepareFixture fixture = fixture().file("d.fa", ">a\nATGGCTTAA\n>b\nATGGGTTAA\n");
    assertThatThrownBy(fixture::run)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("labels must name the file");
    PrepareCounts counts = fixture.rules(PrepareFixture.lenient()).run();
    assertThat(counts.accepted()).isEqualTo(2);
    assertThat(counts.kept()).isEqualTo(java.util.Map.of("label_missing", 2L));
    assertThat(fixture.labelRows().get(0).<Double>getAs("label")).isNull();
  }

  @Test
  void aLabelFileWithAnIdTwiceIsRefused() {
    PrepareFixture fixture = fixture();
    fixture.file("labels.csv", "id,label\na,1\na,2\n");
    fixture.labels(folder.resolve("labels.csv").toUri().toString());
    assertThatThrownBy(fixture.file("d.fa", ">a\nATGGCTTAA\n")::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("labels.csv has 2 rows with the id a");
    assertThatThrownBy(fixture.file("d.fa", "ATGGCTTAA\n")::run)
        .hasMessageContaining("does not start with '>'");
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

  @Test
  void theYeastGenomeIsReadAsFasta() {
    PrepareCounts counts =
        fixture()
            .input(SharedData.file("yeast_cds.fasta.gz").toUri().toString())
            .rules(PrepareFixture.lenient())
            .run();
    assertThat(counts.rows()).isEqualTo(6600);
    assertThat(counts.accepted() + counts.refused()).isEqualTo(6600);
    assertThat(counts.kept()).containsEntry("label_missing", counts.accepted());
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
