package io.codonloom.input;

import static org.assertj.core.api.Assertions.assertThat;

import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DelimitedLineTest {

  private static DelimitedLine read(char separator, String text) {
    DelimitedLine line = new DelimitedLine(separator);
    line.read(text);
    return line;
  }

  private static void assertOdd(String text, LineState quotes, boolean broken) {
    DelimitedLine line = read(',', text);
    assertThat(line.quotes()).as(text).isEqualTo(quotes);
    assertThat(line.isBroken()).as(text).isEqualTo(broken);
  }

  @Test
  void fieldsEndAtSeparatorsOutsideQuotes() {
    assertThat(read(',', "a,\"b,c\",,\"\",\"say \"\"x\"\"\"").fields())
        .containsExactly("a", "b,c", "", "", "say \"x\"");
    assertThat(read('\t', "a,b\t\"c\td\"\t e").fields()).containsExactly("a,b", "c\td", " e");
    assertThat(read(',', "").fields()).containsExactly("");
    assertThat(read(',', "a,").fields()).containsExactly("a", "");
    assertThat(read(',', "\"a\" ,b").fields()).containsExactly("a", "b");
  }

  @Test
  void anEmptyFieldAndOneThatIsNotThereAreNull() {
    DelimitedLine line = read(',', "a,,\"\"");
    assertThat(line.size()).isEqualTo(3);
    assertThat(line.field(0)).isEqualTo("a");
    assertThat(line.field(1)).isNull();
    assertThat(line.field(2)).isNull();
    assertThat(line.field(3)).isNull();
    assertThat(line.field(-1)).isNull();
  }

  @Test
  void quotesThatAreNotInOrderAreTold() {
    assertOdd("a,\"b\"", LineState.PLAIN, false);
    assertOdd("a,\"b\"\"\"", LineState.PLAIN, false);
    assertOdd("a,\"b", LineState.OPEN_QUOTE, true);
    assertOdd("a,\"b\"\"", LineState.OPEN_QUOTE, true);
    assertOdd("a,\"", LineState.OPEN_QUOTE, true);
    assertOdd("a\",b", LineState.STRAY_QUOTE, false);
    assertOdd("5\" long,b", LineState.STRAY_QUOTE, false);
    assertOdd("a,\"b\"c", LineState.STRAY_QUOTE, true);
    assertOdd("a\",\"b", LineState.OPEN_QUOTE, true);
    assertOdd("a,b\",\"c\"", LineState.STRAY_QUOTE, false);
  }

  @Test
  void everyRecordOfSeveralLinesShowsInAtLeastTwoOfThem() {
    Random random = new Random(7);
    String alphabet = "a\",\n";
    for (int trial = 0; trial < 20_000; trial++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      String record = "x,\"" + text.toString().replace("\"", "\"\"") + "\",y";
      List<String> lines = record.lines().toList();
      List<LineState> quotes = lines.stream().map(line -> read(',', line).quotes()).toList();
      if (lines.size() == 1) {
        assertThat(quotes).containsExactly(LineState.PLAIN);
      } else {
        assertThat(quotes.get(0)).as(record).isEqualTo(LineState.OPEN_QUOTE);
        assertThat(quotes.subList(1, quotes.size())).as(record).anyMatch(q -> q != LineState.PLAIN);
      }
    }
  }

  @Test
  void cleanLinesAreCutAsByAnotherParser() {
    CsvParserSettings settings = new CsvParserSettings();
    settings.getFormat().setQuoteEscape('"');
    settings.getFormat().setComment('\0');
    settings.setIgnoreLeadingWhitespaces(false);
    settings.setIgnoreTrailingWhitespaces(false);
    settings.setNullValue("");
    settings.setEmptyValue("");
    CsvParser other = new CsvParser(settings);
    Random random = new Random(3);
    for (int trial = 0; trial < 20_000; trial++) {
      String[] fields = new String[1 + random.nextInt(5)];
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < fields.length; i++) {
        StringBuilder field = new StringBuilder();
        for (int c = random.nextInt(5); c > 0; c--) {
          field.append("ab ,\"".charAt(random.nextInt(5)));
        }
        String text = field.toString();
        boolean quoted = text.contains(",") || text.contains("\"") || random.nextBoolean();
        fields[i] = text;
        line.append(i == 0 ? "" : ",")
            .append(quoted ? '"' + text.replace("\"", "\"\"") + '"' : text);
      }
      if (!line.toString().isBlank()) {
        DelimitedLine cut = read(',', line.toString());
        assertThat(cut.fields()).as(line.toString()).isEqualTo(Arrays.asList(fields));
        assertThat(cut.quotes()).isEqualTo(LineState.PLAIN);
        assertThat(cut.fields())
            .as(line.toString())
            .isEqualTo(Arrays.asList(other.parseLine(line.toString())));
      }
    }
  }
}
