package io.codonloom.workspace;

import io.codonloom.UserException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * For readers of local files: a file of any file system, copied to this machine while it is read.
 */
public final class LocalCopy {
  private LocalCopy() {}

  /**
   * What the reader makes of the file.
   *
   * @throws UserException if there is no such file, or the reader refuses it
   */
  public static <T> T read(Configuration conf, Path file, Function<java.nio.file.Path, T> reader)
      throws IOException {
    FileSystem fs = file.getFileSystem(conf);
    Path absolute = fs.makeQualified(file);
    if (fs.getScheme().equals("file")) {
      return reader.apply(java.nio.file.Path.of(absolute.toUri().getPath()));
    }
    java.nio.file.Path copy = Files.createTempFile("codonloom-", ".copy");
    try (InputStream in = WholeFile.open(conf, absolute)) {
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      return reader.apply(copy);
    } catch (FileNotFoundException e) {
      throw new UserException("There is no file " + absolute, e);
    } catch (UserException e) {
      throw new UserException(e.getMessage().replace(copy.toString(), absolute.toString()), e);
    } finally {
      Files.delete(copy);
    }
  }
}
