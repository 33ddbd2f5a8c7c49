package io.codonloom.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderLockTest {
  private static final Duration BEAT = Duration.ofMillis(100);
  private static final Duration SILENCE = Duration.ofMillis(800);

  private final Configuration conf = new Configuration();
  @TempDir Path folder;
  private org.apache.hadoop.fs.Path locked;

  @BeforeEach
  void name() {
    locked = new org.apache.hadoop.fs.Path(folder.toUri());
  }

  private FolderLock take() throws IOException {
    return FolderLock.take(conf, locked, BEAT, SILENCE);
  }

  private List<String> files() throws IOException {
    try (var files = Files.list(folder.resolve("_lock"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(n -> n.charAt(0) != '.')
          .toList();
    }
  }

  @Test
  void isFreeAgainWhenItsHolderHasEnded() throws IOException {
    for (int i = 0; i < 3; i++) {
      try (FolderLock lock = take()) {
        lock.requireHeld();
        assertThat(files()).hasSize(1).allMatch(name -> name.startsWith("held-"));
      }
      assertThat(files()).isEmpty();
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

  @ParameterizedTest
  @ValueSource(strings = {"held-0", "waiting-0", "waiting-z"})
  void whatAKilledJobLeftIsRemovedWhenNothingHappensToIt(String left) throws IOException {
    Files.createDirectory(folder.resolve("_lock"));
    Files.writeString(folder.resolve("_lock").resolve(left), "process 1");
    long start = System.nanoTime();
    try (FolderLock lock = take()) {
      lock.requireHeld();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(SILENCE);
      assertThat(files()).hasSize(1).doesNotContain(left);
    }
  }

  @Test
  void aHolderThatWasTakenForDeadIsTold() throws Exception {
    try (FolderLock lock = take()) {
      Files.delete(folder.resolve("_lock").resolve(files().get(0)));
      Thread.sleep(5 * BEAT.toMillis());
      assertThatThrownBy(lock::requireHeld)
          .isInstanceOf(UserException.class)
          .hasMessageContaining("taken over by another job");
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
}
