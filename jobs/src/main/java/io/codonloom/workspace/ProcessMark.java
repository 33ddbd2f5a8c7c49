package io.codonloom.workspace;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A line that names a process so that another one of the same machine can tell whether it has
 * ended. Written and read on Linux; elsewhere nothing is known of any process.
 */
final class ProcessMark {
  private static final Path PROC = Path.of("/proc");
  private static final int STATE = 0;
  private static final int START = 19;

  private ProcessMark() {}

  /** The mark of this process. */
  static String current() {
    return of(ProcessHandle.current().pid());
  }

  /** The mark of a process of this machine; empty where there is none to be had. */
  static String of(long pid) {
    try {
      return String.format(Locale.ROOT, "%s %d %s", here(), pid, stat(pid)[START]);
    } catch (IOException e) {
      return "";
    }
  }

  /** Whether the process of that mark ran on this machine and has ended for certain. */
  static boolean hasEnded(String mark) {
    int start = mark.lastIndexOf(' ');
    int pid = mark.lastIndexOf(' ', start - 1);
    try {
      if (pid < 0 || !mark.substring(0, pid).equals(here())) {
        return false;
      }
      String[] stat = stat(Long.parseLong(mark.substring(pid + 1, start)));
      // Of a process that its parent has not asked for yet only the entry is left.
      boolean ended = stat[STATE].equals("Z") || stat[STATE].equals("X");
      return ended || !stat[START].equals(mark.substring(start + 1));
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException | NumberFormatException e) {
      return false;
    }
  }

  /**
   * One start of one machine, one of its name spaces of processes (containers of one machine may
   * share its name), and the user, who may not see those of others.
   */
  private static String here() throws IOException {
    return "%s %s %s %s"
        .formatted(
            InetAddress.getLocalHost().getHostName(),
            Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip(),
            Files.readSymbolicLink(PROC.resolve("self/ns/pid")),
            System.getProperty("user.name"));
  }

  /** The fields after the name, which may hold blanks and brackets. */
  private static String[] stat(long pid) throws IOException {
    String stat = Files.readString(PROC.resolve(pid + "/stat"));
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
  }
}
