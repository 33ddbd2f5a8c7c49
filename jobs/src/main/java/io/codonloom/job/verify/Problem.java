package io.codonloom.job.verify;

import java.io.Serializable;

/**
 * Something in a workspace that is not as it was written.
 *
 * @param path the file or folder
 * @param what is wrong with it
 * @param advice what to do
 */
public record Problem(String path, String what, String advice) implements Serializable {
  /** In one line. */
  @Override
  public String toString() {
    return path + ": " + what + "; " + advice;
  }
}
