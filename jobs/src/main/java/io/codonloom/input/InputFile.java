package io.codonloom.input;

import io.codonloom.UserException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * A file of the user's input, as it was when it was listed.
 *
 * @param path absolute, with its file system
 * @param length in bytes
 * @param modified in milliseconds since 1970
 */
public record InputFile(String path, long length, long modified) implements Serializable {

  /**
   * The files of all inputs, each in the order of its paths.
   *
   * @throws UserException if a file is there twice
   */
  static List<InputFile> list(Configuration conf, List<String> inputs) {
    List<InputFile> files = new ArrayList<>();
    Set<String> paths = new HashSet<>();
    for (String input : inputs) {
      for (InputFile file : list(conf, input)) {
        if (!paths.add(file.path())) {
          throw new UserException(
              file.path() + " comes twice in dataset.input: each row would be read twice");
        }
        files.add(file);
      }
    }
    return List.copyOf(files);
  }

  /**
   * The non-empty files that a URI, a folder or a glob stands for, in the order of their paths. As
   * in Spark, names that start with {@code _} or {@code .} are left out.
   *
   * @throws UserException if there is none
   */
  private static List<InputFile> list(Configuration conf, String input) {
    List<InputFile> files = new ArrayList<>();
    try {
      Path pattern = new Path(input);
      FileSystem fs = pattern.getFileSystem(conf);
      FileStatus[] matches = fs.globStatus(pattern);
      if (matches == null || matches.length == 0) {
        throw new UserException(
            "there is no file or folder " + fs.makeQualified(pattern) + ": check the input's path");
      }
      for (FileStatus match : matches) {
        if (match.isFile()) {
          files.add(of(match));
        } else {
          addFolder(fs, match.getPath(), files);
        }
      }
    } catch (FileNotFoundException | IllegalArgumentException e) {
      throw new UserException("there is no file or folder " + input + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UserException("cannot list " + input + ": " + e.getMessage(), e);
    }
    if (files.isEmpty()) {
      throw new UserException("the folder " + input + " holds no files");
    }
    files.removeIf(file -> file.length() == 0);
    if (files.isEmpty()) {
      throw new UserException(input + " is empty");
    }
    files.sort(Comparator.comparing(InputFile::path));
    return List.copyOf(files);
  }

  /** The folder's name and the file's, as in {@code train/part-0.parquet}. */
  public String shortName() {
    String[] names = path.split("/", -1);
    return names.length < 2 ? path : names[names.length - 2] + "/" + names[names.length - 1];
  }

  private static void addFolder(FileSystem fs, Path folder, List<InputFile> files)
      throws IOException {
    RemoteIterator<LocatedFileStatus> inside = fs.listFiles(folder, true);
    while (inside.hasNext()) {
      FileStatus status = inside.next();
      boolean hidden = false;
      for (Path p = status.getPath(); !p.equals(folder); p = p.getParent()) {
        hidden |= p.getName().startsWith("_") || p.getName().startsWith(".");
      }
      if (!hidden) {
        files.add(of(status));
      }
    }
  }

  private static InputFile of(FileStatus status) {
    return new InputFile(
        status.getPath().toString(), status.getLen(), status.getModificationTime());
  }

  /** The path for Spark, which would take these characters for a glob. */
  String escapedPath() {
    return path.replaceAll("[\\\\{}\\[\\]*?]", "\\\\$0");
  }
}
