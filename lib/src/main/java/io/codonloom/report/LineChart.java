package io.codonloom.report;

import static io.codonloom.report.Axis.pixel;

import java.util.List;
import java.util.OptionalInt;

/**
 * Values by epoch.
 *
 * @param title of the y axis
 * @param lines drawn in order, the last on top
 * @param marked an epoch to point out
 */
record LineChart(String title, List<Line> lines, OptionalInt marked) {
  private static final int HEIGHT = 250;

  /**
   * One value for each epoch, from the first.
   *
   * @param style of the stroke
   * @param values NaN leaves a gap
   */
  record Line(String style, List<Double> values) {
    boolean isDrawn(int index) {
      return index >= 0 && index < values.size() && Double.isFinite(values.get(index));
    }
  }

  /** Whether there is any value to draw. */
  boolean isDrawn() {
    return lines.stream().anyMatch(line -> line.values().stream().anyMatch(Double::isFinite));
  }

  void write(Markup page, String description) {
    int epochs = 1;
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Line line : lines) {
      epochs = Math.max(epochs, line.values().size());
      for (double value : line.values()) {
        if (Double.isFinite(value)) {
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
      }
    }
    Frame frame =
        Frame.of(
            HEIGHT,
            Ticks.wholeNumbers(epochs > 4 ? 0 : 1, epochs, 5),
            "epoch",
            Ticks.around(low, high, 5),
            title);
    frame.open(page, description);
    if (marked.isPresent()) {
      String at = pixel(frame.x().at(marked.getAsInt()));
      Frame.line(page, "mark", at, pixel(frame.y().from()), at, pixel(frame.y().to()));
    }
    for (Line line : lines) {
      draw(page, frame, line);
    }
    page.close();
  }

  private static void draw(Markup page, Frame frame, Line line) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < line.values().size(); i++) {
      if (!line.isDrawn(i)) {
        continue;
      }
      String x = pixel(frame.x().at(i + 1.0));
      String y = pixel(frame.y().at(line.values().get(i)));
      boolean begins = !line.isDrawn(i - 1);
      path.append(begins ? 'M' : 'L').append(x).append(' ').append(y);
      if (begins && !line.isDrawn(i + 1)) {
        page.empty("circle", "class", "dot " + line.style(), "cx", x, "cy", y, "r", "3");
      }
    }
    if (path.length() > 0) {
      page.empty("path", "class", "line " + line.style(), "d", path.toString());
    }
  }
}
