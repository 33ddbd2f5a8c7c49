package io.codonloom.job.prepare;

import io.codonloom.UserException;
import java.util.Locale;
import org.apache.hadoop.fs.Path;

/**
 * No row of the input passes the rules. Each is in a table of rejects; the dataset's other tables
 * are as they were.
 */
public final class NoRowAcceptedException extends UserException {
  private static final long serialVersionUID = 1L;

  private final String finding;

  private NoRowAcceptedException(String finding, Path rejects) {
    super(finding + "; every row and its reasons: " + rejects);
    this.finding = finding;
  }

  static NoRowAcceptedException of(RuleCounts tally, Path rejects) {
    return new NoRowAcceptedException(
        String.format(
            Locale.ROOT,
            "none of the %d rows passes the rules (%s)%s",
            tally.rows(),
            tally.told(),
            tally.remedies()),
        rejects);
  }

  /** The same for a user whose rows and reasons lie elsewhere. */
  public NoRowAcceptedException at(Path rejects) {
    NoRowAcceptedException moved = new NoRowAcceptedException(finding, rejects);
    moved.initCause(this);
    return moved;
  }
}
