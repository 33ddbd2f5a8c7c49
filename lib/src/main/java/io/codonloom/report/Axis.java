package io.codonloom.report;

/**
 * Values along one side of a chart.
 *
 * @param ticks its range and marks
 * @param title what it shows, with the unit
 * @param from where its low end is, in pixels
 * @param to where its high end is
 */
record Axis(Ticks ticks, String title, double from, double to) {

  /** The pixel of a value. */
  double at(double value) {
    return from + (value - ticks.low()) / (ticks.high() - ticks.low()) * (to - from);
  }

  /** Pixels as they are written: to a tenth. */
  static String pixel(double position) {
    return Numbers.fixed(position, 1).replace('−', '-').replace(".0", "");
  }
}
