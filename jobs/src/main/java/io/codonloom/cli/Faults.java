package io.codonloom.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.codonloom.UserException;
import io.codonloom.config.ConfigException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose fault an error is. What the JVM, Hadoop, Parquet and Spark throw about the machine, its
 * disks and the files given becomes one line with the path and what to do; from an executor it may
 * come as text alone. All that no line of the table knows is a fault of ours.
 */
final class Faults {
  /**
   * What to tell.
   *
   * @param code the exit code
   * @param message one line; of a fault of ours what it is
   */
  record Verdict(int code, String message) {}

  /** An error of the chain, or one that an executor told of. */
  private record Link(String type, String message) {
    String text() {
      return type + ": " + message;
    }
  }

  /**
   * A line of the table.
   *
   * @param pattern found in {@code type: message} of an error
   * @param message with a place for the path
   */
  private record Kind(Pattern pattern, String message) {
    static Kind of(String pattern, String message) {
      return new Kind(Pattern.compile(pattern), message);
    }
  }

  private static final String MORE_HEAP =
      "on one machine CODONLOOM_MEMORY=6g (3g without it), with spark-submit --driver-memory and --executor-memory";

  /** The first that fits decides. */
  private static final List<Kind> KINDS =
      List.of(
          Kind.of(
              "OutOfMemoryError: (Java heap space|GC overhead|Requested array size)|SparkOutOfMemoryError",
              "the heap of Java is too small for this: give more, " + MORE_HEAP),
          Kind.of(
              "OutOfMemoryError: unable to create",
              "no more threads can be started here: raise the limit of processes (ulimit -u), or use fewer cores"),
          Kind.of(
              "OutOfMemoryError|std::bad_alloc|Cannot allocate memory",
              "there is too little memory beside the heap: use fewer cores (CODONLOOM_MASTER=local[2]), raise spark.executor.memoryOverhead, or set embed.memory-mib"),
          Kind.of("No space left on device", "%s: the disk is full; make room and run this again"),
          Kind.of(
              "Disk quota exceeded|DSQuotaExceededException|NSQuotaExceededException",
              "%s: the quota is used up; make room and run this again"),
          Kind.of(
              "Read-only file system|ReadOnlyFileSystemException",
              "%s cannot be written: it lies on a read-only file system; choose another folder"),
          Kind.of(
              "UnsatisfiedLinkError: .*failed to map segment|/tmp.*Operation not permitted",
              "native libraries cannot be loaded from "
                  + System.getProperty("java.io.tmpdir")
                  + ", which is mounted noexec: name another temporary folder, JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=FOLDER"),
          Kind.of(
              "Permission denied|AccessDeniedException|AccessControlException|Operation not permitted",
              "%s may not be read or written: check its permissions"),
          Kind.of(
              "BadConfigurationException: Class .*(Brotli|Lzo|Lz4|Codec)|BrotliCodec|LzoCodec|native (zStandard|lz4|snappy|bzip2|zlib|lzo)|without (zstd|snappy|lz4|bzip2) support",
              "%s is compressed in a way that cannot be read here: write it anew uncompressed or with gzip (Parquet: zstd, snappy or gzip)"),
          Kind.of(
              "(ClassNotFoundException|NoClassDefFoundError).*fs[./].*FileSystem|Class org\\.apache\\.hadoop\\.fs\\.\\S+ not found",
              "%s is on a file system whose classes are not here: add them, for instance spark-submit --packages org.apache.hadoop:hadoop-aws:3.3.4 for s3a:"),
          Kind.of(
              "UnknownHostException|ConnectException|NoRouteToHostException|SocketTimeoutException|ConnectTimeoutException",
              "%s cannot be reached: check the address and the network"),
          Kind.of(
              "NotDirectoryException|ParentNotDirectoryException|Not a directory|FileAlreadyExistsException|[Ii]s a directory|is not a file|Mkdirs failed to create",
              "%s: there is a folder where a file should be, or a file where a folder should be; move it away and run this again"),
          Kind.of(
              "DirectoryNotEmptyException",
              "%s: there is a folder where a file should be; move it away and run this again"),
          Kind.of(
              "JsonProcessingException|JsonParseException|JsonEOFException|MismatchedInputException",
              "%s is no whole JSON"),
          Kind.of(
              "is not a Parquet file|ParquetDecodingException|[Pp]age integrity|CRC checksum verification|[Cc]ould not read footer|CANNOT_READ_FILE_FOOTER|InvalidSchemaException|org\\.apache\\.parquet|ChecksumException|ZipException|ZStandard|[Zz]std.*(error|corrupt|unknown|magic|frame|[Ww]rong)|EOFException|[Ii]nvalid (block|code|stored|distance|header)|incorrect (header|data)|not a gzip file|gzip|BZip|bzip|crc error|SnappyError|Truncated|MalformedInputException|BAD_RECORD|BadRecordException|MALFORMED_RECORD|unexpected end of",
              "%s is damaged or cut short"),
          Kind.of(
              "UNABLE_TO_INFER_SCHEMA|Unable to infer schema",
              "a table of the workspace has lost its files: codonloom verify names it and says what to do"),
          Kind.of(
              "FileNotFoundException|NoSuchFileException|PATH_NOT_FOUND|Path does not exist|does not exist",
              "%s is missing"),
          Kind.of(
              "Can not create a Path|URISyntaxException|InvalidPathException|Illegal character in|Relative path in absolute URI|Wrong FS|Pathname .* is not a valid",
              "%s is no path that can be used: write a local path or a URI such as hdfs://host/folder"),
          Kind.of(
              "FileSystemException|PathIOException|Input/output error|Stale file handle|ClosedByInterruptException",
              "%s cannot be read or written"));

  /** Where messages name a file; the first group is the path. */
  private static final List<Pattern> PATHS =
      List.of(
          Pattern.compile("Encountered error while reading file (.+?)\\.?(?: Details:.*)?$"),
          Pattern.compile("[Cc]ould not read footer for file:? (?:.*path=)?([^;\\s]+)"),
          Pattern.compile("[Cc]an not read value at .* in file (.+)$"),
          Pattern.compile("^(.+?) is not a Parquet file"),
          Pattern.compile("Path does not exist: (.+?)\\.?$"),
          Pattern.compile("File (.+?) (?:does not exist|is not)"),
          Pattern.compile("Mkdirs failed to create (.+?)(?: \\(|$)"),
          Pattern.compile("(?:Parent p|P)ath is not a directory: (.+)$"),
          Pattern.compile("Checksum error: (.+?) at \\d+"),
          Pattern.compile("^(/.+?) \\([A-Z][^()]*\\)$"),
          Pattern.compile("^(/[^:]+): "),
          Pattern.compile("^(/[^:]+)$"),
          Pattern.compile("((?:file|hdfs|viewfs|s3a|abfss?|gs|ofs|webhdfs):/[^\\s;,'\"\\])]+)"),
          Pattern.compile("(?:^|[\\s'\"(])(/[^\\s;,'\"\\])]+/[^\\s;,'\"\\])]+)"));

  /** An error as a trace has it, at the start of a line. */
  private static final Pattern IN_TRACE =
      Pattern.compile(
          "(?m)(?:^Caused by: |^|: |\\) )((?:[a-z_$][\\w$]*\\.){2,}[A-Z][\\w$]*(?:Exception|Error|Signal))(?:: (.*))?$");

  private Faults() {}

  /** What to tell about what a verb threw. */
  static Verdict of(Throwable thrown) {
    List<Throwable> chain = chain(thrown);
    for (Throwable error : chain) {
      if (error instanceof ConfigException) {
        return new Verdict(Main.WRONG_ARGUMENTS, error.getMessage());
      }
      if (error instanceof UserException) {
        return new Verdict(Main.WRONG_DATA, error.getMessage());
      }
    }
    List<Link> links = links(chain);
    for (Link link : links) {
      if (link.type().equals(UserException.class.getName())) {
        return new Verdict(Main.WRONG_DATA, link.message());
      }
    }
    Optional<String> path = path(chain, links);
    for (Kind kind : KINDS) {
      for (Link link : links) {
        if (kind.pattern().matcher(link.text()).find()) {
          return new Verdict(Main.WRONG_DATA, message(kind, link, path));
        }
      }
    }
    return new Verdict(Main.FAULT, oneLine(thrown.toString()));
  }

  private static String message(Kind kind, Link link, Optional<String> path) {
    String message = kind.message().formatted(path.orElse("a file that this verb needs"));
    if (!kind.message().startsWith("%s")) {
      return message;
    }
    String remedy =
        path.filter(p -> !message.contains("; ") && !message.contains(": "))
            .map(Faults::remedy)
            .orElse("");
    String cause = path.isPresent() ? "" : " (" + oneLine(link.message()) + ")";
    // There is nothing to delete of what is missing.
    return message
        + cause
        + (message.endsWith("is missing") ? remedy.replace("delete it and ", "") : remedy);
  }

  /** What brings a file of a workspace back; what is none of these is the user's own. */
  private static String remedy(String path) {
    if (path.matches(".*/embeddings/[^/]+/modality=.*")) {
      return ": delete it and run embed again";
    }
    if (path.matches(".*/embeddings/[^/]+/_.*")) {
      return ": delete the store and run embed again";
    }
    if (path.matches(".*/(sequences|labels|splits|rejects)(/.*(=|parquet).*|/?)")) {
      return ": delete manifests/prepare-DATASET.json of the workspace and run prepare again";
    }
    if (path.matches(".*/manifests/[^/]+\\.json")) {
      return ": delete it and run that stage again";
    }
    if (path.matches(".*/runs/[^/]+/.*")) {
      return ": delete the run's folder and train again";
    }
    return ": put a whole copy in its place";
  }

  private static List<Throwable> chain(Throwable thrown) {
    Set<Throwable> chain = new LinkedHashSet<>();
    for (Throwable error = thrown; error != null && chain.add(error); error = error.getCause()) {}
    return List.copyOf(chain);
  }

  /**
   * The errors from the outermost to the innermost, and after each those that its text tells of.
   */
  private static List<Link> links(List<Throwable> chain) {
    List<Link> links = new ArrayList<>();
    for (Throwable error : chain) {
      String message = String.valueOf(error.getMessage());
      // The types above say more than the class's own name where that is specific.
      StringBuilder types = new StringBuilder(error.getClass().getName());
      if (error instanceof JsonProcessingException) {
        types.append(" JsonProcessingException");
      }
      if (error instanceof FileSystemException) {
        types.append(" FileSystemException");
      }
      links.add(new Link(types.toString(), message.lines().findFirst().orElse("")));
      Matcher told = IN_TRACE.matcher(message);
      while (told.find()) {
        links.add(new Link(told.group(1), told.group(2) == null ? "" : told.group(2)));
      }
    }
    return links;
  }

  /** The file that the innermost error names, or the next. */
  private static Optional<String> path(List<Throwable> chain, List<Link> links) {
    for (int i = chain.size() - 1; i >= 0; i--) {
      if (chain.get(i) instanceof FileSystemException error && error.getFile() != null) {
        return Optional.of(error.getFile());
      }
    }
    for (Pattern pattern : PATHS) {
      for (int i = links.size() - 1; i >= 0; i--) {
        Matcher matcher = pattern.matcher(links.get(i).message());
        if (matcher.find()) {
          return Optional.of(matcher.group(1).replaceFirst("\\.\\s*$", ""));
        }
      }
    }
    return Optional.empty();
  }

  private static String oneLine(String text) {
    String line = text.lines().findFirst().orElse("").strip();
    return line.length() > 300 ? line.substring(0, 300) + "…" : line;
  }
}
