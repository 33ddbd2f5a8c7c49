package io.codonloom.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** How numbers are written on the page. */
final class Numbers {
  static final String ABSENT = "–";

  private Numbers() {}

  /** {@code 12,345}; a negative count is unknown. */
  static String count(long value) {
    return value < 0 ? ABSENT : String.format(Locale.ROOT, "%,d", value);
  }

  /** With so many decimals and a true minus sign. */
  static String fixed(double value, int decimals) {
    if (Double.isNaN(value)) {
      return ABSENT;
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "∞" : "−∞";
    }
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    boolean negative = text.startsWith("-");
    boolean zero = text.chars().noneMatch(c -> c >= '1' && c <= '9');
    return negative ? (zero ? "" : "−") + text.substring(1) : text;
  }

  /** The decimals that show a number with so many significant digits, at most 9. */
  static int decimals(double value, int digits) {
    if (!Double.isFinite(value) || value == 0) {
      return 0;
    }
    int exponent = (int) Math.floor(Math.log10(Math.abs(value)));
    return Math.min(9, Math.max(0, digits - 1 - exponent));
  }

  /** With about so many significant digits; very large and very small ones as powers of ten. */
  static String significant(double value, int digits) {
    if (!Double.isFinite(value) || value == 0) {
      return fixed(value, 0);
    }
    int exponent = (int) Math.floor(Math.log10(Math.abs(value)));
    if (exponent >= -4 && exponent <= 6) {
      return fixed(value, decimals(value, digits));
    }
    return fixed(value / Math.pow(10, exponent), digits - 1) + "e" + fixed(exponent, 0);
  }

  /** At most four significant digits, without trailing zeros: settings as they were given. */
  static String shortest(double value) {
    if (!Double.isFinite(value) || value == 0) {
      return fixed(value, 0);
    }
    BigDecimal rounded = BigDecimal.valueOf(value).round(new MathContext(4)).stripTrailingZeros();
    boolean small = Math.abs(value) < 1e-6;
    return (small ? rounded.toString() : rounded.toPlainString()).replace('-', '−');
  }

  /** {@code 41.2 %}. */
  static String percent(long part, long whole) {
    return whole == 0 ? ABSENT : fixed(100.0 * part / whole, 1) + " %";
  }

  /** In bytes, KiB, MiB, GiB or TiB. */
  static String bytes(long value) {
    if (value < 0) {
      return ABSENT;
    }
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    double scaled = value;
    int unit = 0;
    while (scaled >= 1024 && unit < units.length - 1) {
      scaled /= 1024;
      unit++;
    }
    return fixed(scaled, unit == 0 ? 0 : 1) + " " + units[unit];
  }

  /** For instance {@code 8.3 s}, {@code 2 min 14 s}, {@code 1 h 5 min}. */
  static String duration(double seconds) {
    if (Double.isNaN(seconds)) {
      return ABSENT;
    }
    if (seconds < 59.95) {
      return fixed(seconds, 1) + " s";
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? whole / 60 + " min " + whole % 60 + " s"
        : whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }
}
