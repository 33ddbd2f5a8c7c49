package io.codonloom.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.metric.PartScores;
import io.codonloom.metric.Score;
import io.codonloom.training.Epoch;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class HtmlReportTest {
  private static final RunFacts BARE =
      new RunFacts("bare", Map.of(), List.of(), Map.of(), PredictionSummary.none());

  @Test
  void showsEverySectionOfACompleteReport() throws Exception {
    String html = HtmlReport.of(SampleReport.regression(600, 40));
    keep("report.html", html);
    Document page = parse(html);
    assertThat(page.getElementsByTagName("h2").getLength()).isEqualTo(9);
    // Loss, score, entropy; three scatters; three distributions.
    assertThat(page.getElementsByTagName("svg").getLength()).isEqualTo(9);
    assertThat(page.getElementsByTagName("circle").getLength()).isEqualTo(600 + 3 * 3);
    assertThat(page.getElementsByTagName("title").item(0).getTextContent())
        .isEqualTo("demo-cross-attention: codon adaptation index (computed) on ecoli-demo");
  }

  @Test
  void showsAConfusionMatrixForClasses() throws Exception {
    String html = HtmlReport.of(SampleReport.classification(300));
    keep("classes.html", html);
    parse(html);
    assertThat(html).contains("predicted →", "medium", "does not weigh modalities");
  }

  @Test
  void loadsNothingAndRunsNothing() {
    String html = HtmlReport.of(SampleReport.regression(600, 40));
    assertThat(html.replace("xmlns=\"http://www.w3.org/1999/xhtml\"", ""))
        .doesNotContain("http:", "https:", "//", "url(", "@import", "<script", "<link", "src=");
  }

  @Test
  void writesItsStyleAsBrowsersReadIt() {
    // Browsers take the text of a style element as it is: an escaped character would break it.
    String html = HtmlReport.of(SampleReport.regression(6, 2));
    assertThat(html.substring(html.indexOf("<style>"), html.indexOf("</style>")))
        .contains("prefers-color-scheme: dark")
        .doesNotContain("&");
  }

  @Test
  void saysWhereverALabelIsShownThatItIsComputed() {
    String html = HtmlReport.of(SampleReport.regression(600, 40));
    assertThat(html)
        .contains(
            "<h1>codon adaptation index (computed)</h1>",
            "computed from the sequence, not measured",
            "<h2>Predicted against computed</h2>",
            ">computed</th>");
    assertThat(html).doesNotContain(">measured<");
    assertThat(count(html, "codon adaptation index"))
        .isEqualTo(
            count(html, "codon adaptation index (computed)")
                + count(html, "codon adaptation index, computed"));
    assertThat(HtmlReport.of(SampleReport.classification(30))).doesNotContain("computed from");
  }

  @Test
  void escapesWhateverTheUserNamed() throws Exception {
    String evil = "<script>alert(\"1\")</script>&amp;'\u0000\uFFFF]]>";
    ReportData sample = SampleReport.regression(10, 2);
    RunFacts run =
        new RunFacts(
            evil,
            Map.of(evil, evil),
            List.of(),
            Map.of(
                evil,
                new PartScores(
                    List.of(new Score(evil, 1, 0, 2, 3, "row", 3)),
                    List.of(),
                    Map.of(evil, Map.of(evil, List.of(new Score(evil, 1, 0, 2, 3, "row", 3)))))),
            PredictionSummary.of(
                List.of(new PredictedRow(evil, evil, 1, 2, 0.5, 0.25, 0.25)).iterator(), 0));
    ReportData data =
        new ReportData(
            evil,
            new DatasetFacts(evil, evil, evil, false, List.of()),
            sample.prepare(),
            sample.stores(),
            run,
            Optional.empty(),
            Map.of(evil, evil));
    String html = HtmlReport.of(data);
    assertThat(html).doesNotContain("<script").contains("&lt;script&gt;alert(&quot;1&quot;)");
    parse(html);
  }

  @Test
  void saysWhatIsAbsent() throws Exception {
    ReportData empty =
        new ReportData(
            "file:/w",
            new DatasetFacts("d", "d.csv", "half-life", false, List.of()),
            Optional.empty(),
            List.of(),
            BARE,
            Optional.empty(),
            Map.of());
    String html = HtmlReport.of(empty);
    parse(html);
    assertThat(html)
        .contains(
            "No record of the prepare stage",
            "No inputs and no embeddings",
            "no history",
            "no scores",
            "no predictions",
            "no attention weights");
  }

  @Test
  void showsTheScoresOfGroupsAndADashWhereOneIsNotDefined() throws Exception {
    double nan = Double.NaN;
    PartScores test =
        new PartScores(
            List.of(new Score("spearman", 0.5, 0.4, 0.6, 90, "family", 31)),
            List.of(),
            Map.of(
                "species",
                Map.of(
                    "yeast", List.of(new Score("spearman", 0.25, 0.125, 0.375, 40, "family", 12)),
                    "human", List.of(new Score("spearman", nan, nan, nan, 50, "family", 1)))));
    RunFacts run =
        new RunFacts("groups", Map.of(), List.of(), Map.of("test", test), PredictionSummary.none());
    String html = HtmlReport.of(SampleReport.with(SampleReport.regression(5, 1), run));
    parse(html);
    assertThat(html)
        .contains(
            "Part “test” by species",
            "90 rows in 31 families",
            "<td>yeast</td><td class=\"number\">40<small>12 families</small></td>"
                + "<td class=\"number\">0.250"
                + "<small>0.125 to 0.375</small></td>",
            "<td>human</td><td class=\"number\">50<small>1 family</small></td>"
                + "<td class=\"number\">–</td>");
  }

  @Test
  void drawsOneRowOneEpochAndNumbersThatAreNotDefined() throws Exception {
    double nan = Double.NaN;
    RunFacts run =
        new RunFacts(
            "short",
            Map.of(),
            List.of(
                new Epoch(1, nan, Double.POSITIVE_INFINITY, nan, 0.001, nan, 1, nan, 1),
                new Epoch(2, 0.5, nan, nan, 0.001, nan, 1, nan, 1)),
            Map.of(
                "test",
                SampleReport.scores(List.of(new Score("spearman", nan, nan, nan, 1, "row", 1)))),
            PredictionSummary.of(
                List.of(
                        new PredictedRow("only", "test", 0.5, 0.5, 1.0 / 3, 1.0 / 3, 1.0 / 3),
                        new PredictedRow("lost", "test", nan, 0.5, nan, nan, nan))
                    .iterator(),
                0));
    String html = HtmlReport.of(SampleReport.with(SampleReport.regression(5, 1), run));
    keep("short.html", html);
    parse(html);
    assertThat(html).doesNotContain("NaN", "Infinity");
  }

  @Test
  void staysSmallForManyRows() throws IOException {
    RunFacts run = SampleReport.run("big", 200_000, 40, 0.8);
    String html = HtmlReport.of(SampleReport.with(SampleReport.regression(5, 1), run));
    keep("many.html", html);
    assertThat(html.length()).isLessThan(600_000);
    assertThat(html).contains("2,000 of 140,000 rows shown");
  }

  @Test
  void isTheSameInWhateverOrderTheRowsCome() {
    List<PredictedRow> rows = SampleReport.predictions(new Random(1), 10_000, 0.5);
    List<PredictedRow> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(2));
    PartSummary one = PredictionSummary.of(rows.iterator(), 0).parts().get("train");
    PartSummary other = PredictionSummary.of(shuffled.iterator(), 0).parts().get("train");
    assertThat(one.rows()).isEqualTo(7000);
    assertThat(one.sample()).hasSize(PartSummary.SAMPLE).isEqualTo(other.sample());
    assertThat(one.largestErrors()).isEqualTo(other.largestErrors());
    double worst =
        rows.stream()
            .filter(row -> row.part().equals("train"))
            .mapToDouble(row -> Math.abs(row.error()))
            .max()
            .orElseThrow();
    assertThat(Math.abs(one.largestErrors().get(0).error())).isEqualTo(worst);
  }

  /** For looking at in a browser. */
  private static void keep(String name, String html) throws IOException {
    Path folder = Path.of("target", "reports");
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(name), html);
  }

  private static Document parse(String html) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(html)));
  }

  private static long count(String text, String part) {
    return Pattern.compile(Pattern.quote(part)).matcher(text).results().count();
  }
}
