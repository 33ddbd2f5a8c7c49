package io.codonloom.job.prepare;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs independent Spark jobs at once: while one is planned or committed by the driver, the others
 * keep the executors busy.
 */
final class SideBySide implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SideBySide.class);
  private static final int THREADS = 4;

  private final ExecutorService pool = Executors.newFixedThreadPool(THREADS);
  private final List<Future<?>> running = new ArrayList<>();

  <T> Future<T> start(Callable<T> job) {
    Future<T> future = pool.submit(job);
    running.add(future);
    return future;
  }

  /** Waits for a job's result; its exception comes as it was thrown. */
  static <T> T get(Future<T> job) {
    try {
      return job.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Waits for all jobs, also after a failure: none may write once its caller has gone on. */
  @Override
  public void close() {
    pool.shutdown();
    for (Future<?> job : running) {
      try {
        job.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (ExecutionException e) {
        LOG.debug("a job failed", e); // Thrown by get() where its result is wanted.
      }
    }
  }
}
