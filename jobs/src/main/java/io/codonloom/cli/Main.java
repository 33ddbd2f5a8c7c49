package io.codonloom.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.codonloom.UserException;
import io.codonloom.config.ConfigException;
import java.io.PrintWriter;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import picocli.CommandLine;

/** The command line: {@code codonloom VERB --config FILE [--set key=value …]}. */
public final class Main {
  static final int OK = 0;
  static final int WRONG_ARGUMENTS = 1;
  static final int WRONG_DATA = 2;
  static final int FAULT = 3;

  private Main() {}

  /** Runs the verb and ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    Configurator.setLevel("io.codonloom", Level.INFO);
    PrintWriter out = new PrintWriter(System.out, true, UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, UTF_8);
    int code = run(arguments, out, err);
    out.flush(); // What was printed without the end of a line waits in the writer.
    err.flush();
    System.exit(code);
  }

  /**
   * Runs the verb: 0, 1 wrong arguments or config, 2 the user's data or files, 3 a fault of ours.
   */
  static int run(String[] arguments, PrintWriter out, PrintWriter err) {
    return new CommandLine(new Codonloom())
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(100)
        .setParameterExceptionHandler(Main::wrongArguments)
        .setExecutionExceptionHandler(Main::failed)
        .execute(arguments);
  }

  private static int wrongArguments(CommandLine.ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    command.getErr().println("codonloom: " + e.getMessage());
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, command.getErr())) {
      command.getErr().println("see " + command.getCommandSpec().qualifiedName() + " --help");
    }
    return WRONG_ARGUMENTS;
  }

  private static int failed(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    PrintWriter err = command.getErr();
    boolean trace = command.getParseResult().hasMatchedOption("--stacktrace");
    if (trace) {
      e.printStackTrace(err);
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConfigException || cause instanceof UserException) {
        err.println("codonloom: " + cause.getMessage());
        return cause instanceof ConfigException ? WRONG_ARGUMENTS : WRONG_DATA;
      }
    }
    err.println(
        "codonloom: a fault of ours: "
            + e
            + (trace ? "" : System.lineSeparator() + "--stacktrace shows where; please report it"));
    return FAULT;
  }
}
