package io.codonloom.workspace;

import io.codonloom.UserException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write into a folder, which one job has at a time.
 *
 * <p>Each job puts a file of its own under {@code _lock/} and then lists the folder: it holds the
 * lock when it sees no other. Of two that see each other none holds it yet, so that this needs
 * neither an exclusive create nor a rename, which object stores lack, but a listing that shows what
 * was written before. That file is written once and never again: who finds it gone has lost his
 * right for good. Beside it a job writes its beat every few seconds, each time with another number.
 *
 * <p>A job that watches the same number for long enough, as far as it could see at all, takes the
 * other one for dead: it deletes the file, waits a little for what that one may just be publishing,
 * and goes on. A job that only stood still (a frozen machine, a long collection, a file system
 * without an answer) finds out before its next write, see {@link #requireHeld}. No clocks are
 * compared. Where the process of a lock ran on this machine and has ended nothing is waited for.
 */
public final class FolderLock implements AutoCloseable {
  /** The folder of the lock, within the locked one. */
  public static final String NAME = "_lock";

  private static final Logger LOG = LoggerFactory.getLogger(FolderLock.class);
  private static final Duration BEAT = Duration.ofSeconds(4);
  private static final Duration SILENCE = Duration.ofSeconds(15);
  private static final String JOB = "job-";
  private static final String BEATS = "beat-";
  private static final String WAITING = "waiting";
  private static final String HELD = "held";

  private final Configuration conf;
  private final Path locked;
  private final Path folder;
  private final Duration beat;
  private final Duration silence;
  private final String id = UUID.randomUUID().toString();
  private final ScheduledExecutorService beats =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "folder-lock");
            thread.setDaemon(true);
            return thread;
          });
  private ScheduledFuture<?> beating;
  private long writes;
  private volatile boolean lost;

  /** Another job: who it is, what its beat said last, and for how long it was seen to say that. */
  private static final class Watched {
    private String owner = "";
    private String beat;
    private long quietNanos;
    private long unseenNanos;

    String name() {
      return owner.isEmpty() ? "a job" : line(owner, 0);
    }
  }

  private FolderLock(Configuration conf, Path locked, Duration beat, Duration silence) {
    this.conf = conf;
    this.locked = locked;
    this.folder = new Path(locked, NAME);
    this.beat = beat;
    this.silence = silence;
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
   * @param silence how long a file must be seen to stay the same for its owner to be dead; several
   *     beats
   */
  static FolderLock take(Configuration conf, Path locked, Duration beat, Duration silence)
      throws IOException {
    FolderLock lock = new FolderLock(conf, locked, beat, silence);
    boolean taken = false;
    try {
      lock.write(lock.file(JOB, lock.id), owner() + "\n" + ProcessMark.current() + "\n");
      lock.await();
      lock.writeBeat(HELD);
      if (!lock.stands()) {
        throw lock.takenOver(); // It stood still since it last saw nobody else.
      }
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
  private void await() throws IOException {
    Map<String, Watched> watched = new HashMap<>();
    long last = System.nanoTime();
    while (true) {
      writeBeat(WAITING); // who waits lives
      Set<String> others = others();
      if (others.isEmpty()) {
        return;
      }
      long now = System.nanoTime();
      // A long pause was this job's own, or the file system's: it says nothing of the others.
      long seen = Math.min(now - last, beat.toNanos() / 2);
      last = now;
      watched.keySet().retainAll(others);
      for (String other : others) {
        watch(other, watched, seen);
      }
      sleep(beat.dividedBy(4));
    }
  }

  /**
   * @param seen nanoseconds since the last look
   */
  private void watch(String other, Map<String, Watched> watched, long seen) throws IOException {
    Watched job = watched.computeIfAbsent(other, first -> new Watched());
    String now;
    try {
      if (job.owner.isEmpty()) {
        job.owner = read(file(JOB, other));
      }
      now = read(file(BEATS, other));
      job.unseenNanos = 0;
    } catch (IOException e) {
      // An object store reads no further in an object that is replaced meanwhile: that job lives.
      job.unseenNanos += seen;
      if (job.unseenNanos >= silence.toNanos()) {
        throw e;
      }
      return;
    }
    if (ProcessMark.hasEnded(line(job.owner, 1))) {
      LOG.info("{} has ended and left its lock, which is removed", job.name());
      deleteFiles(other);
    } else if (job.beat == null) {
      LOG.info("{} is held by {}: seeing whether that job lives", locked, job.name());
      job.beat = now;
    } else if (!job.beat.equals(now)) {
      // Of several that start at once the first by name goes on.
      if (now.startsWith(HELD) || other.compareTo(id) < 0) {
        throw new UserException(
            "another job writes into %s: %s; run this again when that one has ended"
                .formatted(locked, job.name()));
      }
      job.beat = now;
      job.quietNanos = 0;
    } else {
      job.quietNanos += seen;
      if (job.quietNanos >= silence.toNanos()) {
        LOG.info("{} does nothing any more: its lock is removed", job.name());
        deleteFiles(other);
        sleep(beat); // for what it may have begun to publish just before
      }
    }
  }

  /** The file for all who look comes first: only with it the beat means anything. */
  private void deleteFiles(String other) throws IOException {
    delete(file(JOB, other));
    delete(file(BEATS, other));
    for (FileStatus file : fs().listStatus(folder)) {
      if (WholeFile.finalName(file.getPath()).filter(name -> name.endsWith(other)).isPresent()) {
        fs().delete(file.getPath(), false);
      }
    }
  }

  /**
   * Deletes what dead jobs have left of files that were never whole; to be called once by who has
   * the lock.
   *
   * @param place a folder, which is searched with all below it, or a file: then what was to be that
   *     file
   */
  public void removeUnfinished(Path place) throws IOException {
    // A job that waits for the lock writes, too, but later than this one's first file.
    long first = fs().getFileStatus(file(JOB, id)).getModificationTime();
    FileSystem files = place.getFileSystem(conf);
    boolean whole = files.exists(place) && files.getFileStatus(place).isDirectory();
    Path searched = whole ? place : place.getParent();
    if (!files.exists(searched)) {
      return;
    }
    RemoteIterator<LocatedFileStatus> found = files.listFiles(searched, whole);
    while (found.hasNext()) {
      LocatedFileStatus file = found.next();
      Optional<String> name = WholeFile.finalName(file.getPath());
      if (name.isPresent()
          && (whole || name.get().equals(place.getName()))
          && file.getModificationTime() < first) {
        LOG.info("{} was never whole: what a killed job left of it is deleted", name.get());
        files.delete(file.getPath(), false);
      }
    }
  }

  /** The jobs whose files are there, but this one. */
  private Set<String> others() throws IOException {
    Set<String> jobs = jobs();
    if (!jobs.remove(id)) {
      throw takenOver();
    }
    return jobs;
  }

  private Set<String> jobs() throws IOException {
    Set<String> jobs = new TreeSet<>();
    for (FileStatus file : fs().listStatus(folder)) {
      String name = file.getPath().getName();
      if (name.startsWith(JOB)) {
        jobs.add(name.substring(JOB.length()));
      }
    }
    return jobs;
  }

  /** Whether no other job has taken this one for dead. */
  private boolean stands() throws IOException {
    try {
      return jobs().contains(id);
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  private void beat() {
    try {
      if (lost || !stands()) {
        lost = true;
      } else {
        writeBeat(HELD);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("the lock in {} cannot be written anew: {}", folder, e.toString());
    }
  }

  /**
   * Looks whether this job still has the right to write; to be called right before what was written
   * is published.
   *
   * @throws UserException if another job has taken this one for dead
   */
  public void requireHeld() {
    try {
      if (!lost && !stands()) {
        lost = true;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    stopIfLost();
  }

  /**
   * The same without looking: by what was seen some seconds ago. For work that should not go on in
   * vain.
   */
  public void stopIfLost() {
    if (lost || beating.isDone()) {
      throw takenOver();
    }
  }

  private UserException takenOver() {
    return new UserException(
        "%s was taken over by another job while this one stood still; run this again when that one has ended"
            .formatted(locked));
  }

  @Override
  public void close() throws IOException {
    beats.shutdown();
    try {
      // A beat that is being written must not be left behind.
      beats.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    deleteFiles(id);
  }

  private void writeBeat(String state) throws IOException {
    try {
      write(file(BEATS, id), String.format(Locale.ROOT, "%s %d\n", state, writes++));
    } catch (FileNotFoundException | NoSuchFileException e) {
      // Who took this job for dead has deleted the file while it was written.
      if (!stands()) {
        throw takenOver();
      }
      throw e;
    }
  }

  private void write(Path file, String text) throws IOException {
    WholeFile.write(conf, file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)), false);
  }

  /** A text of another job; empty where it is gone, not there yet, or just written anew. */
  private String read(Path file) throws IOException {
    try {
      return WholeFile.readText(conf, file);
    } catch (FileNotFoundException e) {
      return "";
    }
  }

  private void delete(Path file) throws IOException {
    fs().delete(file, false);
  }

  private Path file(String kind, String job) {
    return new Path(folder, kind + job);
  }

  private FileSystem fs() throws IOException {
    return folder.getFileSystem(conf);
  }

  private static String line(String text, int number) {
    return text.lines().skip(number).findFirst().orElse("");
  }

  private static String owner() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      host = "an unknown host";
    }
    return String.format(
        Locale.ROOT,
        "process %d of %s on %s, since %s",
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
