package io.codonloom.job.doctor;

import io.codonloom.UserException;
import java.io.Serializable;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * What one check found.
 *
 * @param check its name
 * @param state how bad it is
 * @param found the facts
 * @param advice what to do; empty where there is nothing to do, or where {@code found} says it
 */
public record Finding(String check, State state, String found, String advice)
    implements Serializable {

  /** How bad a finding is. */
  public enum State {
    /** It works. */
    OK,
    /** It may work, or work slowly. */
    WARNING,
    /** Work that needs it will fail. */
    PROBLEM
  }

  static Finding ok(String check, String found) {
    return new Finding(check, State.OK, found, "");
  }

  static Finding warning(String check, String found, String advice) {
    return new Finding(check, State.WARNING, found, advice);
  }

  static Finding problem(String check, String found, String advice) {
    return new Finding(check, State.PROBLEM, found, advice);
  }

  /** Runs a check. Whatever it throws is this check's problem and no other's. */
  static Finding of(String check, Callable<Finding> body) {
    try {
      return body.call();
    } catch (UserException e) {
      return problem(check, e.getMessage(), "");
    } catch (Exception | LinkageError e) { // Native libraries that do not load are errors.
      return problem(check, e.toString().lines().findFirst().orElse(""), "");
    }
  }

  /** The same, of a check whose name also says where. */
  Finding at(String place) {
    return new Finding(check + " (" + place + ")", state, found, advice);
  }

  /** A size in GiB, for people. */
  static String gib(long bytes) {
    return String.format(Locale.ROOT, "%,.1f GiB", bytes / (double) (1L << 30));
  }
}
