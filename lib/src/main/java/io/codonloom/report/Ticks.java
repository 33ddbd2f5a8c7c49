package io.codonloom.report;

/**
 * Round numbers along an axis: multiples of 1, 2 or 5 times a power of ten.
 *
 * @param first index of the first one; a tick's value is its index times the step
 * @param last index of the last one
 * @param mantissa of the step: 1, 2 or 5
 * @param exponent of the step's power of ten
 */
record Ticks(long first, long last, int mantissa, int exponent) {

  /** The ticks that enclose a range, in about so many steps. */
  static Ticks around(double low, double high, int steps) {
    double from = Double.isFinite(low) ? low : Double.isFinite(high) ? high : 0;
    double to = Double.isFinite(high) ? high : from;
    // A range that a double can hardly resolve is a single value with room around it.
    if (to - from <= 1e-9 * Math.max(Math.abs(from), Math.abs(to)) || to - from < 1e-300) {
      double room = from == 0 ? 0.5 : Math.abs(from) * 0.1;
      from -= room;
      to += room;
    }
    double rough = to / steps - from / steps;
    int exponent = (int) Math.floor(Math.log10(rough));
    double lead = rough / Math.pow(10, exponent);
    int mantissa = lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10;
    if (mantissa == 10) {
      mantissa = 1;
      exponent++;
    }
    double step = mantissa * Math.pow(10, exponent);
    // 1e-9 of a step: the rounding of a bound that is itself a tick.
    return new Ticks(
        (long) Math.floor(from / step + 1e-9),
        (long) Math.ceil(to / step - 1e-9),
        mantissa,
        exponent);
  }

  /** Whole numbers only. */
  static Ticks wholeNumbers(int low, int high, int steps) {
    Ticks ticks = around(low, Math.max(high, low + 1), steps);
    return ticks.exponent >= 0 ? ticks : new Ticks(low, Math.max(high, low + 1), 1, 0);
  }

  int count() {
    return (int) (last - first + 1);
  }

  double value(int index) {
    long multiple = (first + index) * mantissa;
    return exponent < 0 ? multiple / Math.pow(10, -exponent) : multiple * Math.pow(10, exponent);
  }

  double low() {
    return value(0);
  }

  double high() {
    return value(count() - 1);
  }

  String label(int index) {
    double value = value(index);
    double largest = Math.max(Math.abs(low()), Math.abs(high()));
    if (largest >= 1e6 || largest < 1e-4) {
      return Numbers.significant(value, 2);
    }
    return Numbers.fixed(value, Math.max(0, -exponent));
  }
}
