package io.codonloom.report;

import static io.codonloom.report.Axis.pixel;

import java.util.List;

/**
 * Predictions against labels, both in the label's unit and on the same scale, with the line on
 * which they are equal.
 *
 * @param rows to show
 * @param range of both axes
 * @param title of the x axis: the label's name
 */
record ScatterChart(List<PredictedRow> rows, Ticks range, String title) {
  private static final int HEIGHT = 372;
  private static final int NAMED = 1000;
  private static final int DENSE = 800;

  /** The range that holds every finite label and prediction of the rows. */
  static Ticks rangeOf(List<PredictedRow> rows) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (PredictedRow row : rows) {
      if (isDrawn(row)) {
        low = Math.min(low, Math.min(row.label(), row.prediction()));
        high = Math.max(high, Math.max(row.label(), row.prediction()));
      }
    }
    return Ticks.around(low, high, 5);
  }

  void write(Markup page, String description) {
    Frame frame = Frame.of(HEIGHT, range, title, range, "predicted");
    frame.open(page, description);
    Frame.line(
        page,
        "identity",
        pixel(frame.x().from()),
        pixel(frame.y().from()),
        pixel(frame.x().to()),
        pixel(frame.y().to()));
    page.open("g", "class", rows.size() > DENSE ? "points dense" : "points");
    for (PredictedRow row : rows) {
      if (isDrawn(row)) {
        draw(page, frame, row);
      }
    }
    page.close().close();
  }

  private void draw(Markup page, Frame frame, PredictedRow row) {
    String[] circle = {
      "cx",
      pixel(frame.x().at(row.label())),
      "cy",
      pixel(frame.y().at(row.prediction())),
      "r",
      rows.size() > DENSE ? "2" : "2.6"
    };
    if (rows.size() > NAMED) {
      page.empty("circle", circle);
      return;
    }
    page.open("circle", circle)
        .element(
            "title",
            row.rowId()
                + ": "
                + Numbers.significant(row.label(), 4)
                + ", predicted "
                + Numbers.significant(row.prediction(), 4))
        .close();
  }

  private static boolean isDrawn(PredictedRow row) {
    return Double.isFinite(row.label()) && Double.isFinite(row.prediction());
  }
}
