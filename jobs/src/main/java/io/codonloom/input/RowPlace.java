package io.codonloom.input;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/**
 * Numbers rows while Spark reads them, in whatever order it reads the pieces of files. A
 * <em>block</em> is a piece that one task reads in order; its number is that of its file times 2⁴⁴
 * plus its first byte, so blocks sort as they lie in the input. As a row of text takes at least a
 * byte, block + index is a number of its own for each row and sorts likewise: no row has to be
 * counted before the ones after it can be told apart.
 */
public final class RowPlace implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int FILE_SHIFT = 44;

  private final Map<String, Long> fileNumbers = new HashMap<>();
  private transient String file;
  private transient long block;

  RowPlace(List<InputFile> files) {
    for (int i = 0; i < files.size(); i++) {
      // Spark shows paths as URIs; some versions leave them as they are.
      fileNumbers.put(new Path(files.get(i).path()).toUri().toString(), (long) i);
      fileNumbers.putIfAbsent(files.get(i).path(), (long) i);
    }
  }

  /** Moves on to the next row, which lies in that file and block. */
  void advance(String path, long start) {
    if (!path.equals(file)) {
      Long number = fileNumbers.get(path);
      if (number == null) {
        throw new IllegalStateException("a row of a file that was not listed: " + path);
      }
      file = path;
    }
    block = block(fileNumbers.get(path), start);
  }

  /** The number of the block that begins at that byte of that file. */
  static long block(long file, long start) {
    return (file << FILE_SHIFT) + start;
  }

  /** The number of the file that a place or block lies in, from 0 in the order of the files. */
  public static int file(long place) {
    return (int) (place >> FILE_SHIFT);
  }

  long block() {
    return block;
  }
}
