package io.codonloom;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local disk under a scheme of its own, so that nothing can take it for local, and one that
 * fails and stalls on command.
 */
public final class ForeignFileSystem extends RawLocalFileSystem {
  private static final URI ROOT = URI.create("foreign:///");
  private static final Trouble NONE = (call, path) -> {};

  private static volatile Trouble trouble = NONE;

  /** What happens before a call: it may sleep, throw, or count. */
  @FunctionalInterface
  public interface Trouble {
    /**
     * Comes before each call.
     *
     * @param call create, open, list, status, rename or delete
     */
    void before(String call, Path path) throws IOException;
  }

  /** Makes {@code foreign:} known. */
  public static void register(Configuration conf) {
    conf.setClass("fs.foreign.impl", ForeignFileSystem.class, FileSystem.class);
  }

  /** From now on this comes before each call of this JVM, until {@link #recover}. */
  public static void disturb(Trouble next) {
    trouble = next;
  }

  /** Ends all trouble. */
  public static void recover() {
    trouble = NONE;
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
    trouble.before("status", path);
    FileStatus status = super.getFileStatus(path);
    return new FileStatus(
        status.getLen(),
        status.isDirectory(),
        1,
        status.getBlockSize(),
        status.getModificationTime(),
        status.getPath());
  }

  @Override
  public FSDataInputStream open(Path path, int buffer) throws IOException {
    trouble.before("open", path);
    return super.open(path, buffer);
  }

  @Override
  public FSDataOutputStream create(
      Path path, boolean overwrite, int buffer, short replicas, long block, Progressable progress)
      throws IOException {
    trouble.before("create", path);
    return super.create(path, overwrite, buffer, replicas, block, progress);
  }

  /** Without the permissions, which are set by a file URI. */
  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int buffer,
      short replicas,
      long block,
      Progressable progress)
      throws IOException {
    return create(path, overwrite, buffer, replicas, block, progress);
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    trouble.before("list", path);
    return super.listStatus(path);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    trouble.before("rename", to);
    return super.rename(from, to);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    trouble.before("delete", path);
    return super.delete(path, recursive);
  }
}
