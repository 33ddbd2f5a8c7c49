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
 */
public record Score(String metric, double value, double low, double high, int rows) {}
