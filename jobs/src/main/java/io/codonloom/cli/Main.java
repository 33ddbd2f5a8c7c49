package io.codonloom.cli;

/** The command line: {@code codonloom VERB --config FILE}. */
public final class Main {
  private Main() {}

  /** Runs the verb named by the first argument. */
  public static void main(String[] arguments) {
    System.out.println("codonloom");
  }
}
