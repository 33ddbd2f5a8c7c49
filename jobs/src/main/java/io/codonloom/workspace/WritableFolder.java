package io.codonloom.workspace;

import io.codonloom.UserException;
import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Finds out whether files can be made in a folder before there are any to write. */
public final class WritableFolder {
  private WritableFolder() {}

  /**
   * Makes a file in the folder, or in the nearest one above it that is there, and deletes it.
   *
   * @param folder need not be there; it is not made
   * @return where the file was
   * @throws UserException if none can be made
   */
  public static Path probe(Configuration conf, Path folder) {
    Path there = folder;
    try {
      FileSystem fs = folder.getFileSystem(conf);
      there = fs.makeQualified(folder);
      while (!fs.exists(there) && there.getParent() != null) {
        there = there.getParent();
      }
      Path probe = new Path(there, ".codonloom-probe-" + UUID.randomUUID());
      fs.create(probe, false).close();
      fs.delete(probe, false);
      return there;
    } catch (IOException e) {
      // What HDFS says goes on with a stack trace of its own.
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new UserException("%s cannot be written: %s".formatted(there, reason), e);
    }
  }
}
