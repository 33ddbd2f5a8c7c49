package io.codonloom.encoding;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** The local disk as {@code counted:}, which counts how often a file is opened for reading. */
public final class CountedFileSystem extends RawLocalFileSystem {
  private static final URI ROOT = URI.create("counted:///");
  private static final AtomicInteger OPENED = new AtomicInteger();

  /** Makes {@code counted:} known and begins to count. */
  static void register(Configuration conf) {
    conf.setClass("fs.counted.impl", CountedFileSystem.class, FileSystem.class);
    OPENED.set(0);
  }

  static int opened() {
    return OPENED.get();
  }

  @Override
  public String getScheme() {
    return ROOT.getScheme();
  }

  @Override
  public URI getUri() {
    return ROOT;
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    OPENED.incrementAndGet();
    return super.open(path, bufferSize);
  }
}
