package io.codonloom.report;

/** Count, mean and spread of numbers seen one by one (Welford 1962); NaN are left out. */
final class Moments {
  private long count;
  private double mean;
  private double squares;

  void add(double value) {
    if (Double.isNaN(value)) {
      return;
    }
    count++;
    double before = value - mean;
    mean += before / count;
    squares += before * (value - mean);
  }

  long count() {
    return count;
  }

  double mean() {
    return count == 0 ? Double.NaN : mean;
  }

  /** Sample standard deviation; NaN for fewer than two numbers. */
  double deviation() {
    return count < 2 ? Double.NaN : Math.sqrt(squares / (count - 1));
  }
}
