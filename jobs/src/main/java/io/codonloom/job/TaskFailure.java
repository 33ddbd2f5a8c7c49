package io.codonloom.job;

import com.google.common.base.Throwables;
import io.codonloom.UserException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why a Spark job has failed. */
public final class TaskFailure {
  /** As Spark quotes a task's exception where it has excluded every executor. */
  private static final Pattern QUOTED =
      Pattern.compile("(?m)\\b" + Pattern.quote(UserException.class.getName()) + ": (.*)$");

  private TaskFailure() {}

  /**
   * What a job's failure is to be thrown as: the user's fault that ended its last task, if it was
   * one, else the failure itself.
   */
  public static RuntimeException of(Throwable failure) {
    Optional<UserException> user = user(failure);
    if (user.isPresent()) {
      return user.get();
    }
    Throwables.throwIfUnchecked(failure);
    return new IllegalStateException(failure.getMessage(), failure);
  }

  private static Optional<UserException> user(Throwable failure) {
    for (Throwable cause : Throwables.getCausalChain(failure)) {
      if (cause instanceof UserException user) {
        return Optional.of(user);
      }
      Matcher quoted = QUOTED.matcher(String.valueOf(cause.getMessage()));
      if (quoted.find()) {
        return Optional.of(new UserException(quoted.group(1), failure));
      }
    }
    return Optional.empty();
  }
}
