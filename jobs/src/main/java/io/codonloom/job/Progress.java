package io.codonloom.job;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says how far a stage is, at most every few seconds: count, share, rate and time left. */
public final class Progress {
  private static final Logger LOG = LoggerFactory.getLogger(Progress.class);
  private static final long INTERVAL = TimeUnit.SECONDS.toNanos(5);

  private final String what;
  private final String unit;
  private final long total;
  private final long start = System.nanoTime();
  private long lastShown = start;

  /**
   * @param what the stage, for instance {@code embed rna}
   * @param total how many there are to do in this run
   * @param unit in the plural
   */
  public Progress(String what, long total, String unit) {
    this.what = what;
    this.total = total;
    this.unit = unit;
  }

  /** Tells how many are done by now; shown when the last line is old enough. */
  public synchronized void update(long done) {
    long now = System.nanoTime();
    if (done > 0 && done < total && now - lastShown >= INTERVAL) {
      lastShown = now;
      LOG.info("{}", line(what, unit, done, total, (now - start) / 1e9));
    }
  }

  static String line(String what, String unit, long done, long total, double seconds) {
    double rate = done / seconds;
    return String.format(
        Locale.ROOT,
        "%s: %,d of %,d %s (%d %%), %s/s, %s left",
        what,
        done,
        total,
        unit,
        100 * done / total,
        rate >= 10
            ? String.format(Locale.ROOT, "%,.0f", rate)
            : String.format(Locale.ROOT, "%.2f", rate),
        duration((total - done) / rate));
  }

  /** For instance {@code 42 s}, {@code 3 min 20 s}, {@code 2 h 5 min}. */
  public static String duration(double seconds) {
    long s = Math.round(seconds);
    if (s < 60) {
      return s + " s";
    }
    return s < 3600 ? s / 60 + " min " + s % 60 + " s" : s / 3600 + " h " + s % 3600 / 60 + " min";
  }
}
