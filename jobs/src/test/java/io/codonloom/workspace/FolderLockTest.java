package io.codonloom.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.ForeignFileSystem;
import io.codonloom.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class FolderLockTest {
  private static final Duration BEAT = Duration.ofMillis(100);
  private static final Duration SILENCE = Duration.ofMillis(800);
  private static final Duration NEVER = Duration.ofDays(1);

  private final Configuration conf = new Configuration();
  @TempDir Path folder;
  private org.apache.hadoop.fs.Path locked;

  @BeforeEach
  void name() {
    ForeignFileSystem.register(conf);
    locked = new org.apache.hadoop.fs.Path(folder.toUri());
  }

  @AfterEach
  void recover() {
    ForeignFileSystem.recover();
  }

  private FolderLock take() throws IOException {
    return FolderLock.take(conf, locked, BEAT, SILENCE);
  }

  /** The same folder by the file system that can be disturbed. */
  private FolderLock takeForeign(Duration silence) throws IOException {
    return FolderLock.take(
        conf, new org.apache.hadoop.fs.Path("foreign://" + folder), BEAT, silence);
  }

  private List<String> files() throws IOException {
    try (var files = Files.list(folder.resolve("_lock"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(n -> n.startsWith("job-"))
          .toList();
    }
  }

  @Test
  void isFreeAgainWhenItsHolderHasEnded() throws IOException {
    for (int i = 0; i < 3; i++) {
      try (FolderLock lock = take()) {
        lock.requireHeld();
        assertThat(files()).hasSize(1);
      }
      assertThat(folder.resolve("_lock")).isEmptyDirectory();
    }
  }

  @Test
  void aSecondJobIsToldWhoHoldsIt() throws IOException {
    try (FolderLock first = take()) {
      assertThatThrownBy(this::take)
          .isInstanceOf(UserException.class)
          .hasMessageContaining("another job writes into")
          .hasMessageContaining("process " + ProcessHandle.current().pid())
          .hasMessageContaining("run this again when that one has ended");
      first.requireHeld();
      assertThat(files()).hasSize(1);
    }
  }

  @Test
  void whatAKilledJobLeftOfFilesThatWereNeverWholeIsDeleted() throws IOException {
    Path deep = Files.createDirectories(folder.resolve("a/b"));
    String unfinished = ".data.parquet." + UUID.randomUUID() + ".tmp";
    Path killed = Files.writeString(deep.resolve(unfinished), "half");
    Files.setLastModifiedTime(killed, FileTime.from(Instant.now().minusSeconds(60)));
    Path others = Files.writeString(deep.resolve(".data.parquet.tmp"), "someone's");
    Files.setLastModifiedTime(others, FileTime.from(Instant.now().minusSeconds(60)));
    try (FolderLock lock = take()) {
      Path own = Files.writeString(folder.resolve(unfinished), "being written");
      Files.setLastModifiedTime(own, FileTime.from(Instant.now().plusSeconds(60)));
      lock.removeUnfinished(new org.apache.hadoop.fs.Path(folder + "/a/b/other.parquet"));
      assertThat(killed).exists();
      lock.removeUnfinished(new org.apache.hadoop.fs.Path(folder + "/a/b/data.parquet"));
      assertThat(killed).doesNotExist();
      Files.copy(others, killed, StandardCopyOption.COPY_ATTRIBUTES);
      lock.removeUnfinished(locked);
      assertThat(killed).doesNotExist();
      assertThat(own).exists();
      assertThat(others).exists();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"held 3", "waiting 0", ""})
  void whatAKilledJobOfAnotherMachineLeftIsRemovedWhenNothingHappensToIt(String left)
      throws IOException {
    Files.createDirectory(folder.resolve("_lock"));
    Files.writeString(folder.resolve("_lock/job-0"), "process 1 of x on y");
    if (!left.isEmpty()) {
      Files.writeString(folder.resolve("_lock/beat-0"), left);
      Files.writeString(folder.resolve("_lock/.beat-0." + UUID.randomUUID() + ".tmp"), left);
    }
    long start = System.nanoTime();
    try (FolderLock lock = take()) {
      lock.requireHeld();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(SILENCE);
      assertThat(files()).hasSize(1).doesNotContain("job-0");
    }
    assertThat(folder.resolve("_lock")).isEmptyDirectory();
  }

  @Test
  void aJobOfThisMachineThatHasEndedIsNotWaitedFor() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                HeldLock.class.getName(),
                locked.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(process.inputReader().readLine()).isEqualTo("held");
      assertThatThrownBy(() -> FolderLock.take(conf, locked, BEAT, NEVER))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("process " + process.pid());
    } finally {
      process.destroyForcibly();
    }
    process.waitFor();
    assertThat(files()).hasSize(1);
    try (FolderLock lock = FolderLock.take(conf, locked, BEAT, NEVER)) {
      lock.requireHeld();
    }
  }

  @Test
  void aProcessIsTakenForEndedOnlyWhereThatIsCertain() throws Exception {
    Process process = new ProcessBuilder("sleep", "1000").start();
    String mark = ProcessMark.of(process.pid());
    assertThat(ProcessMark.hasEnded(mark)).isFalse();
    assertThat(ProcessMark.hasEnded(mark.replaceFirst("\\d+$", "1"))).as("number reused").isTrue();
    process.destroyForcibly().waitFor();
    assertThat(ProcessMark.hasEnded(mark)).isTrue();
    assertThat(ProcessMark.hasEnded("other-host" + mark)).isFalse();
    assertThat(ProcessMark.hasEnded(mark.replace("pid:[", "pid:[7"))).as("container").isFalse();
    assertThat(ProcessMark.hasEnded(ProcessMark.current())).isFalse();
    assertThat(ProcessMark.hasEnded("")).isFalse();
    assertThat(ProcessMark.hasEnded("no mark at all")).isFalse();
  }

  @Test
  void aHolderWhoseFileIsGoneIsTold() throws Exception {
    try (FolderLock lock = take()) {
      Files.delete(folder.resolve("_lock").resolve(files().get(0)));
      assertThatThrownBy(lock::requireHeld)
          .isInstanceOf(UserException.class)
          .hasMessageContaining("taken over by another job");
      assertThatThrownBy(lock::stopIfLost).isInstanceOf(UserException.class);
    }
  }

  @Test
  @SuppressWarnings("try") // It is closed late on purpose.
  void aHolderThatStoodStillFindsOutBeforeItsNextWriteAndItsLateOneCountsForNothing()
      throws Exception {
    CountDownLatch stalled = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    try (FolderLock first = takeForeign(SILENCE)) {
      // One beat is held up between its look and its write, for longer than the silence.
      ForeignFileSystem.disturb(
          (call, path) -> {
            if (call.equals("rename") && Thread.currentThread().getName().equals("folder-lock")) {
              stalled.countDown();
              await(goOn);
            }
          });
      stalled.await();
      try (FolderLock second = take()) {
        assertThatThrownBy(first::requireHeld)
            .isInstanceOf(UserException.class)
            .hasMessageContaining("taken over by another job");
        ForeignFileSystem.recover();
        goOn.countDown();
        second.requireHeld();
        first.close();
        second.requireHeld();
        assertThat(files()).hasSize(1);
      }
    }
  }

  @Test
  void aJobThatStoodStillWhileItTookTheLockDoesNotHoldIt() throws Exception {
    CountDownLatch stalled = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Throwable[] thrown = {null};
    int[] beats = {0};
    ForeignFileSystem.disturb(
        (call, path) -> {
          // Its second beat: it has seen that nobody else is there.
          if (call.equals("rename") && path.getName().startsWith("beat-") && ++beats[0] == 2) {
            stalled.countDown();
            await(goOn);
          }
        });
    Thread slow =
        new Thread(
            () -> {
              try {
                takeForeign(SILENCE).close();
              } catch (IOException | RuntimeException e) {
                thrown[0] = e;
              }
            });
    slow.start();
    stalled.await();
    try (FolderLock lock = take()) {
      goOn.countDown();
      slow.join();
      lock.requireHeld();
      assertThat(thrown[0]).isInstanceOf(UserException.class);
      assertThat(thrown[0]).hasMessageContaining("taken over by another job");
    }
    assertThat(folder.resolve("_lock")).isEmptyDirectory();
  }

  @Test
  void theTimeInWhichTheWatcherSawNothingIsNoSilence() throws Exception {
    try (FolderLock first = take()) {
      // The watcher stalls in one look for longer than the silence, and the holder lives.
      ForeignFileSystem.disturb(
          (call, path) -> {
            if (call.equals("list")) {
              sleep(SILENCE.plus(SILENCE));
            }
          });
      assertThatThrownBy(() -> takeForeign(SILENCE))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("another job writes into");
      first.requireHeld();
    }
  }

  @Test
  void ofManyJobsThatStartAtOnceNeverTwoHoldIt() throws Exception {
    AtomicInteger holders = new AtomicInteger();
    AtomicInteger held = new AtomicInteger();
    ExecutorService jobs = Executors.newFixedThreadPool(6);
    List<Future<?>> ended = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      ended.add(
          jobs.submit(
              () -> {
                try (FolderLock lock = take()) {
                  assertThat(holders.incrementAndGet()).isEqualTo(1);
                  held.incrementAndGet();
                  Thread.sleep(4 * BEAT.toMillis());
                  lock.requireHeld();
                  holders.decrementAndGet();
                }
                return null;
              }));
    }
    int refused = 0;
    for (Future<?> job : ended) {
      try {
        job.get();
      } catch (ExecutionException e) {
        assertThat(e).hasCauseInstanceOf(UserException.class);
        refused++;
      }
    }
    jobs.shutdown();
    assertThat(held.get()).isGreaterThanOrEqualTo(1);
    assertThat(held.get() + refused).isEqualTo(6);
    assertThat(files()).isEmpty();
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void sleep(Duration time) throws IOException {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
