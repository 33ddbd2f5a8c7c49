package io.codonloom.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
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
    Locale.setDefault(Locale.ROOT); // Numbers and names are the same for everybody.
    Configurator.setLevel("io.codonloom", Level.INFO);
    PrintWriter out = new PrintWriter(System.out, true, UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, UTF_8);
    AtomicBoolean ended = new AtomicBoolean();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (!ended.get()) {
                    err.println("codonloom: interrupted; run the same command again to go on");
                  }
                }));
    // A thread of Spark's that runs out of memory would leave the others waiting for it.
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, thrown) -> {
          ended.set(true);
          if (thrown instanceof OutOfMemoryError) {
            Runtime.getRuntime().halt(told(thrown, false, err));
          }
          told(thrown, false, err);
        });
    int code = run(arguments, out, err);
    out.flush(); // What was printed without the end of a line waits in the writer.
    err.flush();
    ended.set(true);
    System.exit(code);
  }

  /**
   * Runs the verb: 0, 1 wrong arguments or config, 2 the user's data or files, 3 a fault of ours.
   */
  static int run(String[] arguments, PrintWriter out, PrintWriter err) {
    CommandLine command =
        new CommandLine(new Codonloom())
            .setOut(out)
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpWidth(100)
            .setParameterExceptionHandler(Main::wrongArguments)
            .setExecutionExceptionHandler(
                (e, verb, parsed) ->
                    told(e, verb.getParseResult().hasMatchedOption("--stacktrace"), err));
    try {
      return command.execute(arguments);
    } catch (Error e) { // picocli handles exceptions only
      return told(e, List.of(arguments).contains("--stacktrace"), err);
    }
  }

  private static int wrongArguments(CommandLine.ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    command.getErr().println("codonloom: " + e.getMessage());
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, command.getErr())) {
      command.getErr().println("see " + command.getCommandSpec().qualifiedName() + " --help");
    }
    return WRONG_ARGUMENTS;
  }

  /** Says in one line what happened; gives the exit code. */
  static int told(Throwable thrown, boolean trace, PrintWriter err) {
    if (isShuttingDown()) {
      return FAULT; // Whatever fails now does so because the JVM was asked to end.
    }
    if (trace) {
      thrown.printStackTrace(err);
    }
    Faults.Verdict verdict = Faults.of(thrown);
    if (verdict.code() != FAULT) {
      err.println("codonloom: " + verdict.message());
      return verdict.code();
    }
    err.println(
        "codonloom: a fault of ours: %s; %s"
            .formatted(verdict.message(), trace ? "please report it" : traceIn(thrown)));
    return FAULT;
  }

  private static String traceIn(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    try {
      Path file = Files.createTempFile("codonloom-fault-", ".txt");
      Files.writeString(file, trace.toString());
      return "please report it with " + file + ", which shows where";
    } catch (IOException e) {
      return "--stacktrace shows where; please report it";
    }
  }

  private static boolean isShuttingDown() {
    Thread probe = new Thread(() -> {});
    try {
      Runtime.getRuntime().addShutdownHook(probe);
      Runtime.getRuntime().removeShutdownHook(probe);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }
}
