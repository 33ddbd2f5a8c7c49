package io.codonloom.job.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** Reads the Parquet files of a table from the first to the last page, each on a Spark task. */
final class ParquetFiles {
  private static final String VERIFY_CHECKSUMS = "parquet.page.verify-checksum.enabled";

  private ParquetFiles() {}

  /** A configuration under which readers hold every page against its checksum. */
  static Configuration verifying(Configuration conf) {
    Configuration copy = new Configuration(conf);
    copy.setBoolean(VERIFY_CHECKSUMS, true);
    return copy;
  }

  /** The files of a table's folder that count: Spark, too, passes over hidden ones. */
  static List<Path> of(Configuration conf, Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    FileSystem fs = folder.getFileSystem(conf);
    if (!fs.exists(folder)) {
      return files;
    }
    RemoteIterator<LocatedFileStatus> all = fs.listFiles(folder, true);
    while (all.hasNext()) {
      Path file = all.next().getPath();
      String name = file.getName();
      if (!name.startsWith("_") && !name.startsWith(".")) {
        files.add(file);
      }
    }
    return files;
  }

  /** Reads all files and adds what was found; whether none is damaged. */
  static boolean check(SparkSession spark, List<Path> files, Findings findings, String advice) {
    if (files.isEmpty()) {
      return true;
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    SerializableConfiguration conf =
        new SerializableConfiguration(spark.sparkContext().hadoopConfiguration());
    List<String> names = files.stream().map(Path::toString).toList();
    boolean sound = true;
    for (Checked one :
        context
            .parallelize(new ArrayList<>(names), names.size())
            .map(name -> read(verifying(conf.value()), new Path(name), advice))
            .collect()) {
      sound &= one.problems() == 0;
      findings.add(one);
    }
    return sound;
  }

  private static Checked read(Configuration conf, Path file, String advice) {
    Findings findings = new Findings("");
    try {
      FileStatus status = file.getFileSystem(conf).getFileStatus(file);
      long rows = 0;
      try (ParquetFileReader reader =
          ParquetFileReader.open(HadoopInputFile.fromStatus(status, conf))) {
        MessageType schema = reader.getFileMetaData().getSchema();
        List<BlockMetaData> blocks = reader.getRowGroups();
        for (int block = 0; block < blocks.size(); block++) {
          PageReadStore pages = reader.readNextRowGroup();
          schema.getColumns().forEach(column -> readAll(pages.getPageReader(column)));
          rows += pages.getRowCount();
        }
      }
      findings.read(rows, status.getLen());
    } catch (IOException | RuntimeException e) {
      findings.problem(file, "it is damaged (%s)".formatted(reason(e)), advice);
    }
    return findings.checked();
  }

  private static void readAll(PageReader reader) {
    reader.readDictionaryPage();
    while (reader.readPage() != null) {
      // Reading is what compares the page with its checksum, and what decompresses it.
    }
  }

  /** The innermost message, on one line. */
  static String reason(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null
        ? cause.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }
}
