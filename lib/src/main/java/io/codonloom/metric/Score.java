package io.codonloom.metric;

/**
 * A metric with its bootstrap interval.
 *
 * @param metric its name: {@code spearman}, {@code pearson}, {@code r2}, {@code mse}, {@code
 *     accuracy}, …
 * @param value the metric over all rows; NaN where it is not defined (one row, constant values)
 * @param low lower end of the 95 % percentile bootstrap interval
 * @param high upper end of it
 * @param rows how many rows it was computed over
 * @param unit what the bootstrap drew: {@code row}, {@code sequence}, {@code group} or {@code
 *     family}; a file from before it was kept has none, and rows were drawn
 * @param units how many of these the rows are in
 */
public record Score(
    String metric, double value, double low, double high, int rows, String unit, int units) {

  public Score {
    if (unit == null) {
      unit = Units.ROW;
      units = rows;
    }
  }

  /** What was drawn, for people: {@code sequences}. */
  public String drawn() {
    return unit.endsWith("y") ? unit.substring(0, unit.length() - 1) + "ies" : unit + "s";
  }

  /** Whether the bootstrap drew each row for itself. */
  public boolean ofRows() {
    return unit.equals(Units.ROW);
  }
}
