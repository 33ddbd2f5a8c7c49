package io.codonloom.report;

import static io.codonloom.report.Axis.pixel;

/**
 * A chart's box: grid lines, numbers and titles of both axes. All charts are 360 wide, the width of
 * a phone and of a third of the page, so that their text keeps its size.
 */
final class Frame {
  static final int WIDTH = 360;
  private static final int TOP = 28;
  private static final int BOTTOM = 40;
  private static final int RIGHT = 12;
  private static final double DIGIT_WIDTH = 7;

  private final int height;
  private final Axis x;
  private final Axis y;

  private Frame(int height, Axis x, Axis y) {
    this.height = height;
    this.x = x;
    this.y = y;
  }

  static Frame of(int height, Ticks xTicks, String xTitle, Ticks yTicks, String yTitle) {
    int longest = 0;
    for (int i = 0; i < yTicks.count(); i++) {
      longest = Math.max(longest, yTicks.label(i).length());
    }
    return of(height, longest * DIGIT_WIDTH + 10, xTicks, xTitle, yTicks, yTitle);
  }

  /** A box with so much room for the marks of the y axis. */
  static Frame of(
      int height, double left, Ticks xTicks, String xTitle, Ticks yTicks, String yTitle) {
    return new Frame(
        height,
        new Axis(xTicks, xTitle, left, WIDTH - (double) RIGHT),
        new Axis(yTicks, yTitle, height - (double) BOTTOM, yTitle.isEmpty() ? 4 : TOP));
  }

  Axis x() {
    return x;
  }

  Axis y() {
    return y;
  }

  /** Opens the picture and draws both axes; the caller closes it. */
  Markup open(Markup page, String description) {
    openWithoutMarksOfY(page, description);
    text(page, "title", 0, 12, y.title());
    for (int i = 0; i < y.ticks().count(); i++) {
      String position = pixel(y.at(y.ticks().value(i)));
      line(page, "grid", pixel(x.from()), position, pixel(x.to()), position);
      text(page, "tick end", x.from() - 6, y.at(y.ticks().value(i)) + 3.8, y.ticks().label(i));
    }
    return page;
  }

  /** For charts whose rows along y are names. */
  Markup openWithoutMarksOfY(Markup page, String description) {
    page.open(
        "svg",
        "viewBox",
        "0 0 " + WIDTH + " " + height,
        "role",
        "img",
        "aria-label",
        description,
        "class",
        "chart");
    text(page, "title end", x.to(), height - 4, x.title());
    for (int i = 0; i < x.ticks().count(); i++) {
      double at = x.at(x.ticks().value(i));
      line(page, "grid", pixel(at), pixel(y.from()), pixel(at), pixel(y.to()));
      // The last number would stick out at the right.
      boolean last = i == x.ticks().count() - 1;
      text(
          page,
          last ? "tick end" : "tick middle",
          last ? at + RIGHT / 2.0 : at,
          y.from() + 16,
          x.ticks().label(i));
    }
    line(page, "base", pixel(x.from()), pixel(y.from()), pixel(x.to()), pixel(y.from()));
    return page;
  }

  static void line(Markup page, String style, String x1, String y1, String x2, String y2) {
    page.empty("line", "class", style, "x1", x1, "y1", y1, "x2", x2, "y2", y2);
  }

  static void text(Markup page, String style, double x, double y, String text) {
    page.element("text", text, "class", style, "x", pixel(x), "y", pixel(y));
  }
}
