package io.codonloom.workspace;

import io.codonloom.UserException;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write into a folder, which one job has at a time.
 *
 * <p>Each job puts a file of its own under {@code _lock/} and then lists the folder: it holds the
 * lock when it sees no other. Of two that see each other none holds it yet, so that this needs
 * neither an exclusive create nor a rename, which object stores lack, but a listing that shows what
 * was written before. A holder writes its file anew every few seconds. One that is not written anew
 * while another job watches is the remains of a job that was killed, and is removed; clocks are not
 * compared. A holder that was taken for dead finds its file gone and must stop.
 */
public final class FolderLock implements AutoCloseable {
  /** The folder of the lock, within the locked one. */
  public static final String NAME = "_lock";

  private static final Logger LOG = LoggerFactory.getLogger(FolderLock.class);
  private static final Duration BEAT = Duration.ofSeconds(4);
  private static final Duration SILENCE = Duration.ofSeconds(15);
  private static final String WAITING = "waiting-";
  private static final String HELD = "held-";

  private final Configuration conf;
  private final Path folder;
  private final String id = UUID.randomUUID().toString();
  private final String owner = owner();
  private final ScheduledExecutorService beats =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "folder-lock");
            thread.setDaemon(true);
            return thread;
          });
  private ScheduledFuture<?> beating;
  private volatile boolean lost;

  /** Another job's file, as it was when first seen. */
  private record Seen(long modified, long nanos) {}

  private FolderLock(Configuration conf, Path locked) {
    this.conf = conf;
    this.folder = new Path(locked, NAME);
  }

  /**
   * Takes the lock, after watching for a while whether a job that seems to hold it lives.
   *
   * @throws UserException if another job writes into the folder
   */
  public static FolderLock take(Configuration conf, Path locked) throws IOException {
    return take(conf, locked, BEAT, SILENCE);
  }

  /**
   * @param beat how often a holder writes its file anew
   * @param silence how long a file must stay the same for its owner to be dead; several beats
   */
  static FolderLock take(Configuration conf, Path locked, Duration beat, Duration silence)
      throws IOException {
    FolderLock lock = new FolderLock(conf, locked);
    boolean taken = false;
    try {
      lock.await(locked, beat, silence);
      lock.write(HELD);
      lock.delete(lock.file(WAITING));
      lock.beating =
          lock.beats.scheduleWithFixedDelay(
              lock::beat, beat.toMillis(), beat.toMillis(), TimeUnit.MILLISECONDS);
      taken = true;
      return lock;
    } finally {
      if (!taken) {
        lock.close();
      }
    }
  }

  /** Returns when no other job's file is there. */
  private void await(Path locked, Duration beat, Duration silence) throws IOException {
    Map<Path, Seen> watched = new HashMap<>();
    while (true) {
      write(WAITING); // anew each time: who waits lives
      List<FileStatus> others = others();
      if (others.isEmpty()) {
        return;
      }
      for (FileStatus other : others) {
        Seen now = new Seen(other.getModificationTime(), System.nanoTime());
        Seen before = watched.putIfAbsent(other.getPath(), now);
        boolean holds = other.getPath().getName().startsWith(HELD);
        if (before == null) {
          LOG.info(
              "{} is held by {}: seeing whether that job lives", locked, text(other.getPath()));
        } else if (before.modified != now.modified) {
          // Of several that start at once the first by name goes on.
          if (holds || other.getPath().getName().compareTo(file(WAITING).getName()) < 0) {
            throw busy(locked, other.getPath());
          }
          watched.put(other.getPath(), now);
        } else if (now.nanos - before.nanos >= silence.toNanos()) {
          LOG.info("the job of {} is dead: its lock is removed", text(other.getPath()));
          delete(other.getPath());
        }
      }
      sleep(beat.dividedBy(4));
    }
  }

  private UserException busy(Path locked, Path other) {
    return new UserException(
        "another job writes into %s: %s; run this again when that one has ended"
            .formatted(locked, text(other)));
  }

  private List<FileStatus> others() throws IOException {
    List<FileStatus> others = new ArrayList<>();
    for (FileStatus file : fs().listStatus(folder)) {
      String name = file.getPath().getName();
      if ((name.startsWith(WAITING) || name.startsWith(HELD)) && !name.endsWith(id)) {
        others.add(file);
      }
    }
    return others;
  }

  /** What a file says of its owner; it may be gone, or just be written anew. */
  private String text(Path file) {
    try {
      return WholeFile.readText(conf, file).strip();
    } catch (IOException e) {
      return "a job";
    }
  }

  private void beat() {
    try {
      if (fs().exists(file(HELD))) {
        write(HELD);
      } else {
        lost = true;
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("the lock in {} cannot be written anew: {}", folder, e.toString());
    }
  }

  /**
   * Checks that this job still has the right to write.
   *
   * @throws UserException if another job has taken this one for dead
   */
  public void requireHeld() {
    if (lost || beating.isDone()) {
      throw new UserException(
          "%s was taken over by another job while this one stood still; run this again when that one has ended"
              .formatted(folder.getParent()));
    }
  }

  @Override
  public void close() throws IOException {
    beats.shutdown();
    try {
      // A beat that is being written must not put the file back.
      beats.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    delete(file(HELD));
    delete(file(WAITING));
  }

  private void write(String state) throws IOException {
    WholeFile.writeText(conf, file(state), owner + "\n");
  }

  private void delete(Path file) throws IOException {
    fs().delete(file, false);
  }

  private Path file(String state) {
    return new Path(folder, state + id);
  }

  private FileSystem fs() throws IOException {
    return folder.getFileSystem(conf);
  }

  private static String owner() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      host = "an unknown host";
    }
    return "process %d of %s on %s, since %s"
        .formatted(
            ProcessHandle.current().pid(),
            System.getProperty("user.name"),
            host,
            Instant.now().truncatedTo(ChronoUnit.SECONDS));
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
