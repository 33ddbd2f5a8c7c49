package io.codonloom.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A script of jobs/bench/pytorch that answers each line it gets with a line of JSON. */
public final class PythonProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String script;
  private final Process process;
  private final PrintWriter out;
  private final BufferedReader in;

  private PythonProcess(String script, Process process) {
    this.script = script;
    this.process = process;
    this.out = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    this.in = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Whether a Python is named that has the packages. */
  public static boolean isAvailable() {
    return !python().isEmpty();
  }

  private static String python() {
    return System.getProperty("bench.python", "");
  }

  /** Starts a script. */
  public static PythonProcess start(Workbench workbench, String script, String... arguments)
      throws IOException {
    Path file = workbench.root().resolve("jobs/bench/pytorch").resolve(script);
    List<String> command = new ArrayList<>(List.of(python(), file.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    // PyTorch takes the number of threads from its arguments.
    builder.environment().remove("OMP_NUM_THREADS");
    Path log = workbench.scratch().resolve(script + ".log");
    return new PythonProcess(script, builder.redirectError(log.toFile()).start());
  }

  /** Sends a line as it is. */
  public void tell(String line) {
    out.println(line);
  }

  /** Sends a value as JSON. */
  public void tell(Object value) throws IOException {
    out.println(JSON.writeValueAsString(value));
  }

  /** The answer to a line. */
  public JsonNode ask(String question) throws IOException {
    tell(question);
    return answer();
  }

  /** The next answer. */
  public JsonNode answer() throws IOException {
    String answer = in.readLine();
    if (answer == null) {
      throw new IOException(script + " ended; run it by hand to see why");
    }
    return JSON.readTree(answer);
  }

  @Override
  public void close() {
    process.destroy();
  }
}
