package io.codonloom.job.prepare;

import io.codonloom.UserException;
import org.apache.hadoop.fs.Path;

/** No row of the input passes the rules. Each is in the rejects table; no other was written. */
public final class NoRowAcceptedException extends UserException {
  private static final long serialVersionUID = 1L;

  private final String finding;

  NoRowAcceptedException(RuleCounts tally, Path rejects) {
    this(
        "none of the %d rows passes the rules (%s)%s"
            .formatted(tally.rows(), tally.told(), tally.remedies()),
        rejects);
  }

  private NoRowAcceptedException(String finding, Path rejects) {
    super(at(finding, rejects));
    this.finding = finding;
  }

  /** The message for a user whose rows and reasons lie elsewhere. */
  public String at(Path file) {
    return at(finding, file);
  }

  private static String at(String finding, Path file) {
    return finding + "; every row and its reasons: " + file;
  }
}
