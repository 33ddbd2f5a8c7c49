package io.codonloom.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each test starts JVMs of its own: a JVM loads the libraries once. */
class OnnxRuntimeTest {
  @TempDir Path temporary;

  @Test
  void jvmsThatStartAtOnceShareOneFolderAndLeaveNothingElse() throws Exception {
    List<Process> jvms = List.of(start(), start(), start());
    for (Process jvm : jvms) {
      assertThat(output(jvm)).contains(root() + "/");
    }
    assertThat(folders()).hasSize(1);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root())))
        .isEqualTo("rwx------");
    assertThat(names(temporary)).containsExactly(root().getFileName().toString());
    assertThat(names(root())).hasSize(2).contains(".lock");
  }

  @Test
  void theSecondStartUnpacksNothing() throws Exception {
    String first = output(start());
    Map<Path, FileTime> files = files();
    assertThat(files).hasSizeGreaterThanOrEqualTo(2);
    assertThat(output(start())).isEqualTo(first);
    assertThat(files()).isEqualTo(files);
  }

  @Test
  void aDamagedOrUnfinishedFolderIsReplaced() throws Exception {
    String first = output(start());
    Path library = folders().get(0).resolve("libonnxruntime.so");
    byte[] whole = Files.readAllBytes(library);
    byte[] flipped = whole.clone();
    flipped[flipped.length / 2] ^= 1;
    Files.write(library, flipped);
    Files.createDirectory(root().resolve(".unfinished"));
    Files.writeString(root().resolve(".unfinished/libonnxruntime.so"), "of a JVM that was killed");

    assertThat(output(start())).isEqualTo(first);
    assertThat(Files.readAllBytes(library)).isEqualTo(whole);
    assertThat(names(root())).hasSize(2);

    Files.delete(library);
    assertThat(output(start())).isEqualTo(first);
    assertThat(Files.readAllBytes(library)).isEqualTo(whole);
  }

  @Test
  void aFolderThatOthersCanWriteIsNotUsed() throws Exception {
    Files.createDirectory(root());
    Files.setPosixFilePermissions(root(), PosixFilePermissions.fromString("rwxrwxrwx"));
    // As another user would, to have a file of theirs loaded.
    assertThat(output(start())).contains("for this JVM alone").endsWith(" in " + temporary + "\n");
    assertThat(names(root())).isEmpty();
  }

  @Test
  void aFolderGivenByTheUserIsUsed() throws Exception {
    output(start());
    Path given = temporary.resolve("given");
    Files.move(folders().get(0), given);
    assertThat(output(start("-Donnxruntime.native.path=" + given))).contains(" in " + given);
    assertThat(folders()).isEmpty();
  }

  private Path root() {
    return temporary.resolve("codonloom-native-" + System.getProperty("user.name"));
  }

  private List<Path> folders() throws IOException {
    try (Stream<Path> all = Files.list(root())) {
      return all.filter(Files::isDirectory).toList();
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private Map<Path, FileTime> files() throws IOException {
    Map<Path, FileTime> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(folders().get(0))) {
      for (Path file : all.toList()) {
        files.put(file, Files.getLastModifiedTime(file));
      }
    }
    return files;
  }

  private Process start(String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.add("-Djava.io.tmpdir=" + temporary);
    command.addAll(List.of(options));
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static String output(Process jvm) throws Exception {
    String text = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(jvm.waitFor()).as(text).isZero();
    return text;
  }

  /** Loads the libraries and says where from. */
  static final class Main {
    private Main() {}

    public static void main(String[] arguments) {
      System.out.println(OnnxRuntime.load());
    }
  }
}
