package io.codonloom.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.UserException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Codonloom promises of its files wherever they lie; a subclass for each kind of place. */
@Timeout(300)
abstract class FileSystemContract {
  /** More than two parts of an upload to S3, several packets of HDFS. */
  private static final int BIG = 11 << 20;

  private static final Duration BEAT = Duration.ofMillis(200);
  private static final Duration SILENCE = Duration.ofSeconds(2);

  @TempDir java.nio.file.Path local;
  protected Configuration conf;
  protected Path folder;

  /** The configuration under which {@link #root} is found. */
  abstract Configuration configuration() throws Exception;

  /** A folder that is there, or can be made. */
  abstract String root();

  @BeforeEach
  void folder() throws Exception {
    conf = configuration();
    folder = new Path(root(), UUID.randomUUID().toString());
  }

  private static byte[] bytes(int seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private byte[] read(Path file) throws IOException {
    try (var in = file.getFileSystem(conf).open(file)) {
      return in.readAllBytes();
    }
  }

  /** The names of all files in the folder, hidden ones too. */
  private List<String> files() throws IOException {
    List<String> names = new ArrayList<>();
    for (FileStatus file : folder.getFileSystem(conf).listStatus(folder)) {
      names.add(file.getPath().getName());
    }
    return names;
  }

  @Test
  void aFileAppearsWhole() throws IOException {
    Path file = new Path(folder, "a/b/big");
    byte[] bytes = bytes(1, BIG);
    WholeFile.write(
        conf,
        file,
        out -> {
          out.write(bytes, 0, BIG / 2);
          out.flush();
          assertThat(file.getFileSystem(conf).exists(file)).isFalse();
          out.write(bytes, BIG / 2, BIG - BIG / 2);
        });
    assertThat(read(file)).isEqualTo(bytes);
    WholeFile.writeText(conf, new Path(folder, "text"), "µ\n");
    assertThat(WholeFile.readText(conf, new Path(folder, "text"))).isEqualTo("µ\n");
    assertThat(files()).containsExactlyInAnyOrder("a", "text");
  }

  @Test
  void contentThatFailsHalfWayLeavesNothing() throws IOException {
    Path file = new Path(folder, "file");
    WholeFile.writeText(conf, new Path(folder, "other"), "other");
    for (int written : new int[] {0, 1, BIG}) {
      assertThatThrownBy(
              () ->
                  WholeFile.write(
                      conf,
                      file,
                      out -> {
                        out.write(new byte[written]);
                        throw new IOException("disk full");
                      }))
          .isInstanceOf(IOException.class)
          .hasMessage("disk full");
      assertThat(files()).containsExactly("other");
    }
  }

  @Test
  void contentThatFailsHalfWayLeavesTheFormerFile() throws IOException {
    Path file = new Path(folder, "file");
    WholeFile.writeText(conf, file, "former");
    for (RuntimeException thrown :
        List.of(new IllegalStateException("a bug"), new UserException("lost the lock"))) {
      assertThatThrownBy(
              () ->
                  WholeFile.write(
                      conf,
                      file,
                      out -> {
                        out.write(new byte[BIG]);
                        throw thrown;
                      }))
          .isSameAs(thrown);
      assertThat(WholeFile.readText(conf, file)).isEqualTo("former");
      assertThat(files()).containsExactly("file");
    }
  }

  @Test
  void aTaskThatIsKilledWhileItPublishesLeavesAWholeFileOrNone() throws Exception {
    byte[] bytes = bytes(2, BIG);
    java.nio.file.Path source = Files.write(local.resolve("source"), bytes);
    Path file = new Path(folder, "shard");
    for (int milliseconds : new int[] {0, 2, 20}) {
      Thread task =
          new Thread(
              () -> {
                try {
                  WholeFile.publish(conf, source, file);
                } catch (IOException | RuntimeException e) {
                  // What is there is looked at below.
                }
              });
      task.start();
      Thread.sleep(milliseconds);
      task.interrupt();
      task.join();
      if (file.getFileSystem(conf).exists(file)) {
        assertThat(Arrays.equals(read(file), bytes)).isTrue();
      }
    }
    WholeFile.publish(conf, source, file);
    assertThat(read(file)).isEqualTo(bytes);
  }

  @Test
  void aFileIsReplacedByOneThatIsShorter() throws IOException {
    Path file = new Path(folder, "file");
    WholeFile.write(conf, file, out -> out.write(bytes(3, BIG)));
    WholeFile.writeText(conf, file, "short");
    assertThat(WholeFile.readText(conf, file)).isEqualTo("short");
    java.nio.file.Path empty = Files.createFile(local.resolve("empty"));
    WholeFile.publish(conf, empty, file);
    assertThat(WholeFile.readText(conf, file)).isEmpty();
    assertThat(files()).containsExactly("file");
  }

  @Test
  void whatWasWrittenIsListedAtOnceAndWhatWasDeletedIsNot() throws IOException {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      names.add("file-" + i);
      WholeFile.writeText(conf, new Path(folder, "file-" + i), "x");
      assertThat(files()).containsExactlyInAnyOrderElementsOf(names);
    }
    for (int i = 0; i < 20; i++) {
      names.remove("file-" + i);
      folder.getFileSystem(conf).delete(new Path(folder, "file-" + i), false);
      assertThat(folder.getFileSystem(conf).exists(new Path(folder, "file-" + i))).isFalse();
    }
    WholeFile.writeText(conf, new Path(folder, "last"), "x");
    assertThat(files()).containsExactly("last");
  }

  @Test
  void ofTwoWritersOfAFileOneWinsAndAReaderSeesNoneHalf() throws Exception {
    Path file = new Path(folder, "file");
    byte[] one = bytes(4, 1 << 20);
    byte[] two = bytes(5, 3 << 19);
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService jobs = Executors.newFixedThreadPool(3);
    List<Future<Integer>> writers = new ArrayList<>();
    for (byte[] bytes : List.of(one, two)) {
      writers.add(
          jobs.submit(
              () -> {
                for (int i = 0; i < 8; i++) {
                  WholeFile.write(conf, file, out -> out.write(bytes));
                }
                return 8;
              }));
    }
    Future<Integer> reader =
        jobs.submit(
            (Callable<Integer>)
                () -> {
                  int reads = 0;
                  while (!done.get()) {
                    try {
                      byte[] seen = read(file);
                      assertThat(Arrays.equals(seen, one) || Arrays.equals(seen, two)).isTrue();
                      reads++;
                    } catch (FileNotFoundException e) {
                      Thread.sleep(1); // not yet there, or just replaced
                    } catch (IOException e) {
                      // An object store's reader notices that its object was replaced.
                      assertThat(replacedWhileRead(e)).as(e.toString()).isTrue();
                    }
                  }
                  return reads;
                });
    for (Future<Integer> writer : writers) {
      assertThat(writer.get()).isEqualTo(8);
    }
    done.set(true);
    reader.get();
    jobs.shutdown();
    byte[] last = read(file);
    assertThat(Arrays.equals(last, one) || Arrays.equals(last, two)).isTrue();
    assertThat(files()).containsExactly("file");
  }

  /** Whether a reader may end so where its file is replaced meanwhile. */
  boolean replacedWhileRead(IOException e) {
    return false;
  }

  @Test
  void aLockHasOneHolder() throws IOException {
    FolderLock first = FolderLock.take(conf, folder, BEAT, SILENCE);
    assertThatThrownBy(() -> FolderLock.take(conf, folder, BEAT, SILENCE))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("another job writes into")
        .hasMessageContaining("process " + ProcessHandle.current().pid());
    first.requireHeld();
    first.close();
    try (FolderLock second = FolderLock.take(conf, folder, BEAT, SILENCE)) {
      second.requireHeld();
      assertThatThrownBy(first::requireHeld).isInstanceOf(UserException.class);
    }
  }

  @Test
  void aLockOfAJobThatDoesNothingAnyMoreIsTakenOverAndThatJobIsTold() throws IOException {
    // A holder whose first beat would come in a day: to others it stands still.
    try (FolderLock frozen = FolderLock.take(conf, folder, Duration.ofDays(1), SILENCE)) {
      frozen.requireHeld();
      try (FolderLock next = FolderLock.take(conf, folder, BEAT, SILENCE)) {
        next.requireHeld();
        Path file = new Path(folder, "plan");
        assertThatThrownBy(() -> WholeFile.write(conf, file, out -> frozen.requireHeld()))
            .isInstanceOf(UserException.class)
            .hasMessageContaining("taken over by another job");
        assertThat(file.getFileSystem(conf).exists(file)).isFalse();
      }
    }
  }
}
