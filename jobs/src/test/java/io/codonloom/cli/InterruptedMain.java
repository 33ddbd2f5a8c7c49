package io.codonloom.cli;

import java.io.IOException;
import java.util.Arrays;
import org.apache.spark.sql.SparkSession;

/** Runs a verb, and sends its own process a signal as soon as Spark runs. */
final class InterruptedMain {
  private InterruptedMain() {}

  public static void main(String[] arguments) {
    String signal = arguments[1];
    System.setProperty("spark.master", "local[2]");
    System.setProperty("spark.ui.enabled", "false");
    Thread sender = new Thread(() -> send(signal));
    sender.setDaemon(true);
    sender.start();
    Main.main(Arrays.copyOfRange(arguments, 2, arguments.length));
  }

  private static void send(String signal) {
    try {
      while (SparkSession.getDefaultSession().isEmpty()) {
        Thread.sleep(20);
      }
      new ProcessBuilder("kill", "-" + signal, "" + ProcessHandle.current().pid()).start();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
