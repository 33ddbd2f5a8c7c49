package io.codonloom.job.prepare;

import io.codonloom.UserException;
import io.codonloom.config.Split;
import io.codonloom.config.SplitBy;
import io.codonloom.job.prepare.RuleCounts.Kind;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.OverLong;
import io.codonloom.sequence.Rule;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Finds what stops the job, before any table is touched. */
final class InputProblems {
  private final CheckedInput input;
  private final List<Split> splits;
  private final Map<Modality, InputLimit> limits;

  InputProblems(CheckedInput input, List<Split> splits, Map<Modality, InputLimit> limits) {
    this.input = input;
    this.splits = splits;
    this.limits = limits;
  }

  /**
   * @throws UserException for an over-long input whose policy is to fail, and for accepted rows
   *     without a value in a column that a split needs
   */
  void check() {
    checkLimits();
    for (Split split : splits) {
      if (split.by() == SplitBy.GROUP) {
        refuse(kind -> kind.accepted() && !kind.hasGroup(), split, "group");
      } else if (split.by() == SplitBy.COLUMN) {
        refuse(kind -> kind.accepted() && !kind.hasPart(), split, "part");
      }
    }
  }

  private void checkLimits() {
    List<Rule> failing =
        limits.entrySet().stream()
            .filter(limit -> limit.getValue().overLong() == OverLong.FAIL)
            .map(limit -> Rule.tooLongFor(limit.getKey()))
            .toList();
    long fail = RuleBits.of(failing);
    // A row that another rule refuses is not read by any encoder.
    Predicate<Kind> fails = kind -> kind.refused() != 0 && (kind.refused() & ~fail) == 0;
    input
        .tally()
        .first(fails)
        .ifPresent(
            place -> {
              throw new UserException(
                  input.tally().rows(fails)
                      + " rows are longer than an encoder reads, the first is "
                      + input.describe(place)
                      + ": set its over-long to reject, truncate or window, or raise its max-codons");
            });
  }

  private void refuse(Predicate<Kind> missing, Split split, String what) {
    input
        .tally()
        .first(missing)
        .ifPresent(
            place -> {
              throw new UserException(
                  "split "
                      + split.name()
                      + ": "
                      + input.tally().rows(missing)
                      + " accepted rows have no "
                      + what
                      + ", the first is "
                      + input.describe(place));
            });
  }
}
