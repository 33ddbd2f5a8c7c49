package io.codonloom.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextRecordsTest {
  private static final List<String> LINE_ENDS = List.of("\n", "\r\n", "\r");
  private static final List<String> ENCODINGS =
      List.of("UTF-8", "windows-1252", "ISO-8859-1", "UTF-16LE", "UTF-16", "Shift_JIS");

  @TempDir Path folder;
  private final Configuration conf = new Configuration();
  private final Random random = new Random(11);

  private static List<String> lines(byte[] bytes) throws IOException {
    LineReader reader = new LineReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8, 0);
    List<String> lines = new ArrayList<>();
    while (reader.next()) {
      assertThat(reader.state()).isEqualTo(LineState.PLAIN);
      assertThat(reader.number()).isEqualTo(lines.size() + 1);
      lines.add(reader.text());
    }
    return lines;
  }

  private static List<String> lines(String text) throws IOException {
    return lines(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void linesEndAtLineFeedsAndCarriageReturnsAlone() throws IOException {
    assertThat(lines("a\nb\r\nc\rd")).containsExactly("a", "b", "c", "d");
    assertThat(lines("a\n\n\r\r\n\rb\r\n")).containsExactly("a", "", "", "", "", "b");
    assertThat(lines("a\u2028b\u0085c\u000bd\fe\n")).containsExactly("a\u2028b\u0085c\u000bd\fe");
    assertThat(lines("")).isEmpty();
  }

  @Test
  void noLineIsLostWhereverTheBufferEnds() throws IOException {
    StringBuilder text = new StringBuilder();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      String line = "x" + "é".repeat(random.nextInt(3)) + "x".repeat(random.nextInt(200));
      expected.add(line);
      text.append(line).append(LINE_ENDS.get(random.nextInt(3)));
    }
    assertThat(lines(text.toString())).isEqualTo(expected);
  }

  @Test
  void bytesThatAreNoTextAreToldWhereverTheyStand() throws IOException {
    byte[] bytes = ("a\n".repeat(100_000) + "b\u00e9b\nc\n").getBytes(StandardCharsets.ISO_8859_1);
    LineReader reader = new LineReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8, 0);
    List<Long> bad = new ArrayList<>();
    while (reader.next()) {
      if (reader.state() == LineState.NOT_TEXT) {
        bad.add(reader.number());
      }
    }
    assertThat(bad).containsExactly(100_001L);
    TextFile file = write(bytes, "UTF-8", "a.csv");
    assertThat(file.unreadable(conf))
        .hasMessageContaining("a.csv is no text in UTF-8: line 100001 has other bytes")
        .hasMessageContaining("set dataset.encoding");
    assertThat(write("x\ny\0z\n".getBytes(StandardCharsets.UTF_8), "UTF-8", "n").unreadable(conf))
        .hasMessageContaining("line 2 has a byte of value 0");
    // 0x81 is nothing in windows-1252; half a character and a lone surrogate nothing in UTF-16.
    for (String encoding : List.of("windows-1252", "UTF-16LE")) {
      byte[] none =
          encoding.equals("UTF-16LE")
              ? new byte[] {'x', 0, '\n', 0, 'y', 0, 0, (byte) 0xd8, '\n', 0}
              : new byte[] {'x', '\n', 'y', (byte) 0x81, '\n'};
      assertThat(write(none, encoding, "e").unreadable(conf))
          .hasMessageContaining("no text in " + encoding + ": line 2");
    }
  }

  @Test
  void aLineWithoutEndTakesNoMemoryAndIsTold() throws IOException {
    byte[] bytes = new byte[3 * LineReader.MAX_LENGTH];
    java.util.Arrays.fill(bytes, (byte) 'A');
    bytes[bytes.length - 3] = '\n';
    LineReader reader = new LineReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8, 0);
    assertThat(reader.next()).isTrue();
    assertThat(reader.state()).isEqualTo(LineState.TOO_LONG);
    assertThat(reader.next()).isTrue();
    assertThat(reader.text()).isEqualTo("AA");
    assertThat(reader.start()).isEqualTo(bytes.length - 2);
    assertThat(reader.next()).isFalse();
  }

  @Test
  void aByteOrderMarkTellsTheEncoding() throws IOException {
    for (String encoding : List.of("UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE")) {
      byte[] bytes = "\ufeffid,sequence\nä,ATG\n".getBytes(Charset.forName(encoding));
      TextFile file = write(bytes, "windows-1252", encoding);
      assertThat(file.encoding()).isEqualTo(encoding);
      assertThat(rows(file, ',')).containsExactly(List.of("id", "sequence"), List.of("ä", "ATG"));
    }
  }

  @Test
  void anyTableIsReadAsItWasWritten() throws IOException {
    for (int trial = 0; trial < 300; trial++) {
      char separator = ",;\t|".charAt(random.nextInt(4));
      int width = 2 + random.nextInt(3);
      String letters = "ab 'é\u00fc" + separator + "\"\n";
      List<List<String>> table = new ArrayList<>();
      StringBuilder text = new StringBuilder();
      boolean mixed = random.nextBoolean();
      String lineEnd = LINE_ENDS.get(random.nextInt(3));
      String encoding = ENCODINGS.get(random.nextInt(ENCODINGS.size()));
      if (encoding.equals("Shift_JIS")) {
        letters = letters.replace("é\u00fc", "表ソ"); // Their second byte is a backslash.
      }
      int rows = 1 + random.nextInt(30);
      for (int i = 0; i < rows; i++) {
        List<String> row = new ArrayList<>();
        for (int j = 0; j < width; j++) {
          String field = "x" + word(letters);
          row.add(field);
          boolean quoted =
              random.nextInt(4) == 0 || field.matches("(?s).*[\"\n" + separator + "].*");
          text.append(j == 0 ? "" : separator)
              .append(quoted ? '"' + field.replace("\"", "\"\"") + '"' : field);
        }
        table.add(row);
        boolean last = i == rows - 1 && random.nextBoolean();
        text.append(last ? "" : mixed ? LINE_ENDS.get(random.nextInt(3)) : lineEnd);
      }
      if (text.charAt(text.length() - 1) == '\r' && random.nextBoolean()) {
        text.append("\r\r");
      }
      byte[] bytes = text.toString().getBytes(Charset.forName(encoding));
      boolean gzip = random.nextInt(3) == 0;
      TextFile file = write(bytes, encoding, "t.csv" + (gzip ? ".gz" : ""));
      assertThat(rows(file, separator)).as("%s", text).isEqualTo(table);
    }
  }

  @Test
  void aTableHasTheSameRowsWhereverItIsCut() throws IOException {
    for (int trial = 0; trial < 100; trial++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "\ufeff" : "");
      List<List<String>> table = new ArrayList<>();
      for (int i = random.nextInt(12); i >= 0; i--) {
        List<String> row = List.of("r" + i, "é".repeat(random.nextInt(4)) + "x");
        table.add(row);
        text.append(String.join(",", row))
            .append(LINE_ENDS.get(random.nextInt(3)).repeat(1 + random.nextInt(2)));
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      TextFile file = write(bytes, "UTF-8", "t.csv");
      List<List<String>> read = new ArrayList<>();
      for (int start = 0; start < bytes.length; ) {
        int end = Math.min(bytes.length, start + (start == 0 ? 4 : 1) + random.nextInt(9));
        try (LineReader lines = file.open(conf, start)) {
          DelimitedRecords records = new DelimitedRecords(lines, end, ',', null);
          records.expect(2, new int[0], new String[0], false);
          while (records.next()) {
            read.add(records.fields());
          }
        }
        start = end;
      }
      assertThat(read).as("%s", text).isEqualTo(table);
    }
  }

  @Test
  void fastaHasTheSameRecordsWhateverItsLineEndsAndWhereverItIsCut() throws IOException {
    for (int trial = 0; trial < 100; trial++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "" : "\n;old style\n");
      List<String> expected = new ArrayList<>();
      String lineEnd = LINE_ENDS.get(random.nextInt(3));
      for (int i = 1 + random.nextInt(8); i > 0; i--) {
        StringBuilder sequence = new StringBuilder();
        text.append(">s").append(i).append(" words > more").append(lineEnd);
        for (int line = random.nextInt(4); line > 0; line--) {
          String part = "ACGt".repeat(1 + random.nextInt(3));
          sequence.append(part);
          text.append(part).append(random.nextInt(3) == 0 ? " \t" : "");
          text.append(line == 1 && i == 1 ? "" : lineEnd);
          if (line > 1 && random.nextInt(5) == 0) {
            text.append("; a comment").append(lineEnd).append(lineEnd);
          }
        }
        expected.add("s" + i + "=" + sequence);
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      TextFile file = write(bytes, "UTF-8", "t.fa");
      List<String> read = new ArrayList<>();
      int piece = 1 + random.nextInt(bytes.length);
      for (int start = 0; start < bytes.length; start += piece) {
        try (LineReader lines = file.open(conf, start)) {
          FastaRecords records = new FastaRecords(lines, start + piece, false, false);
          while (records.next()) {
            read.add(records.id() + "=" + records.sequence());
          }
        }
      }
      assertThat(read).as("%s", text).isEqualTo(expected);
    }
  }

  @Test
  void aStrayQuoteSwallowsNoRows() throws IOException {
    // The last row's quote could close the second's, but the fields would not fit.
    byte[] bytes =
        "a,b\n1,x\n2,\"y\n3,z\n4,\"\"\"two\n\nlines\"\n5,\"q\"q\n6,u\n7,\"v\n"
            .getBytes(StandardCharsets.UTF_8);
    List<String> read = new ArrayList<>();
    try (LineReader lines = write(bytes, "UTF-8", "t.csv").open(conf, 0)) {
      DelimitedRecords records = new DelimitedRecords(lines, Long.MAX_VALUE, ',', null);
      records.next();
      records.expect(2, new int[] {0, 1}, new String[2], true);
      while (records.next()) {
        read.add(records.fields().get(0) + " " + records.malformed());
        if (records.fields().get(0).equals("4")) {
          assertThat(records.fields().get(1)).isEqualTo("\"two\n\nlines");
        }
      }
    }
    assertThat(read)
        .containsExactly(
            "1 null",
            "2 a quote is not closed",
            "3 null",
            "4 null",
            "5 there is text behind a closing quote",
            "6 null",
            "7 a quote is not closed");
  }

  @Test
  void aQuoteThatNeverClosesIsLookedForWithinBounds() throws IOException {
    String row = "5,\"\"\n".repeat(2);
    byte[] bytes =
        ("a,b\n1,\"x\n" + row.repeat(DelimitedRecords.LONGEST_OF_SEVERAL_LINES / 5))
            .getBytes(StandardCharsets.UTF_8);
    long rows = 0;
    long malformed = 0;
    try (LineReader lines = write(bytes, "UTF-8", "t.csv").open(conf, 0)) {
      DelimitedRecords records = new DelimitedRecords(lines, Long.MAX_VALUE, ',', null);
      records.next();
      records.expect(2, new int[0], new String[0], true);
      while (records.next()) {
        rows++;
        malformed += records.malformed() == null ? 0 : 1;
      }
    }
    assertThat(rows).isEqualTo(1 + 2L * (DelimitedRecords.LONGEST_OF_SEVERAL_LINES / 5));
    assertThat(malformed).isEqualTo(1);
  }

  private String word(String letters) {
    StringBuilder word = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      word.append(letters.charAt(random.nextInt(letters.length())));
    }
    return word.toString();
  }

  private List<List<String>> rows(TextFile file, char separator) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    try (LineReader lines = file.open(conf, 0)) {
      DelimitedRecords records = new DelimitedRecords(lines, Long.MAX_VALUE, separator, null);
      while (records.next()) {
        assertThat(records.malformed()).isNull();
        assertThat(records.state()).isEqualTo(LineState.PLAIN);
        rows.add(records.fields());
      }
    }
    return rows;
  }

  private TextFile write(byte[] bytes, String encoding, String name) throws IOException {
    Path path = folder.resolve(name);
    try (OutputStream out =
        name.endsWith(".gz")
            ? new GZIPOutputStream(Files.newOutputStream(path))
            : Files.newOutputStream(path)) {
      out.write(bytes);
    }
    Files.deleteIfExists(folder.resolve("." + name + ".crc"));
    return TextFile.of(conf, path.toUri().toString(), encoding);
  }
}
