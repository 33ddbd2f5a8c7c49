package io.codonloom;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** The local disk under a scheme of its own, so that nothing can take it for local. */
public final class ForeignFileSystem extends RawLocalFileSystem {
  private static final URI ROOT = URI.create("foreign:///");

  /** Makes {@code foreign:} known. */
  public static void register(Configuration conf) {
    conf.setClass("fs.foreign.impl", ForeignFileSystem.class, FileSystem.class);
  }

  @Override
  public String getScheme() {
    return ROOT.getScheme();
  }

  @Override
  public URI getUri() {
    return ROOT;
  }

  /** Without the permissions, which are looked up by a file URI. */
  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    FileStatus status = super.getFileStatus(path);
    return new FileStatus(
        status.getLen(),
        status.isDirectory(),
        1,
        status.getBlockSize(),
        status.getModificationTime(),
        status.getPath());
  }
}
