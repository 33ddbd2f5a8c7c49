package io.codonloom.workspace;

import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Takes the lock of a folder and keeps it until it is killed. */
final class HeldLock {
  private HeldLock() {}

  public static void main(String[] folder) throws Exception {
    Duration beat = Duration.ofMillis(100);
    FolderLock.take(new Configuration(), new Path(folder[0]), beat, beat.multipliedBy(9));
    System.out.println("held");
    Thread.sleep(Long.MAX_VALUE);
  }
}
