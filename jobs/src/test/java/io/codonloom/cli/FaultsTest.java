package io.codonloom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.codonloom.UserException;
import io.codonloom.config.ConfigException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FaultsTest {

  /** As the driver tells of a task that failed elsewhere, where the error itself cannot be read. */
  private static SparkException inTask(String error) {
    return new SparkException(
        "Job aborted due to stage failure: Task 0 in stage 3.0 failed 4 times, most recent failure: "
            + "Lost task 0.3 in stage 3.0 (TID 9) (10.0.0.7 executor 2): "
            + error
            + "\n\tat java.base/java.lang.Thread.run(Thread.java:840)\n\nDriver stacktrace:");
  }

  static Stream<Arguments> situations() {
    return Stream.of(
        Arguments.of(
            new OutOfMemoryError("Java heap space"),
            "the heap of Java is too small",
            "CODONLOOM_MEMORY"),
        Arguments.of(
            inTask("java.lang.OutOfMemoryError: Java heap space"),
            "the heap of Java is too small",
            "--executor-memory"),
        Arguments.of(
            new IllegalStateException(
                "failed",
                inTask(
                    "org.apache.spark.SparkException: [TASK_WRITE_FAILED] Task failed while writing rows to file:/data/ws/labels.\n"
                        + "\tat a.B.c(D.scala:1)\nCaused by: java.io.IOException: No space left on device")),
            "/data/ws/labels: the disk is full",
            "make room"),
        Arguments.of(
            new UncheckedIOException(
                new java.nio.file.FileSystemException(
                    "/ws/manifests", null, "Read-only file system")),
            "/ws/manifests cannot be written: it lies on a read-only file system",
            "choose another"),
        Arguments.of(
            new UncheckedIOException(
                new java.nio.file.AccessDeniedException("/ws/manifests/a.json")),
            "/ws/manifests/a.json may not be read or written",
            "permissions"),
        Arguments.of(
            new FileNotFoundException("/ws/a b/x.json (Permission denied)"),
            "/ws/a b/x.json may not be read or written",
            "permissions"),
        Arguments.of(
            inTask(
                "org.apache.hadoop.security.AccessControlException: Permission denied: user=me, access=WRITE, inode=\"/user/ws\":hdfs:hdfs:drwxr-xr-x"),
            "/user/ws may not be read or written",
            "permissions"),
        Arguments.of(
            new UnsatisfiedLinkError(
                "/tmp/libzstd-jni-1.so: /tmp/libzstd-jni-1.so: failed to map segment from shared object: Operation not permitted"),
            "mounted noexec",
            "-Djava.io.tmpdir"),
        Arguments.of(
            new RuntimeException(
                "java.lang.ClassNotFoundException: Class org.apache.hadoop.fs.s3a.S3AFileSystem not found"),
            "file system whose classes are not here",
            "hadoop-aws"),
        Arguments.of(
            inTask(
                "org.apache.spark.SparkException: Encountered error while reading file file:/ws/labels/dataset=d/part-0.parquet. Details:\n"
                    + "\tat a.B.c(D.scala:1)\nCaused by: org.apache.parquet.io.ParquetDecodingException: could not verify page integrity, CRC checksum verification failed"),
            "/ws/labels/dataset=d/part-0.parquet is damaged",
            "run prepare"),
        Arguments.of(
            new IOException(
                "Class org.apache.hadoop.io.compress.BrotliCodec was not found",
                inTask("Encountered error while reading file hdfs://n/in/a%20b.parquet.")),
            "hdfs://n/in/a%20b.parquet is compressed in a way that cannot be read here",
            "write it anew"),
        Arguments.of(
            new UncheckedIOException(new java.net.UnknownHostException("bucket.example")),
            "cannot be reached",
            "network"),
        Arguments.of(
            inTask("io.codonloom.UserException: this shard cannot be read: delete it"),
            "this shard cannot be read: delete it",
            "delete"));
  }

  @ParameterizedTest
  @MethodSource("situations")
  void whatTheMachineOrAFileDoesIsOneLineWithCode2(Throwable thrown, String said, String remedy) {
    Faults.Verdict verdict = Faults.of(thrown);
    assertThat(verdict.code()).as(verdict.message()).isEqualTo(2);
    assertThat(verdict.message()).contains(said).contains(remedy).doesNotContain("\n");
  }

  @Test
  void theNearestMessageForTheUserCounts() {
    UserException inner = new UserException("the cause");
    assertThat(Faults.of(new IllegalStateException(new UserException("what to do", inner))))
        .isEqualTo(new Faults.Verdict(2, "what to do"));
    assertThat(Faults.of(new IllegalStateException(new ConfigException("no key"))).code())
        .isEqualTo(1);
  }

  @Test
  void anythingElseIsAFaultOfOurs() {
    for (Throwable thrown :
        new Throwable[] {
          new IllegalStateException("30 inputs but 0 in shards"),
          new NullPointerException(),
          new ArrayIndexOutOfBoundsException("Index -1 out of bounds"),
          inTask("java.lang.ClassCastException: class A cannot be cast to class B")
        }) {
      Faults.Verdict verdict = Faults.of(thrown);
      assertThat(verdict.code()).as(verdict.message()).isEqualTo(3);
      assertThat(verdict.message()).doesNotContain("\n");
    }
  }

  @Test
  void aFaultOfOursSaysInOneLineWhereItsTraceIs() throws IOException {
    StringWriter err = new StringWriter();
    int code = Main.told(new IllegalStateException("Index −1"), false, new PrintWriter(err, true));
    assertThat(code).isEqualTo(3);
    assertThat(err.toString().strip().lines()).hasSize(1);
    String line = err.toString();
    Path trace = Path.of(line.substring(line.indexOf("with /") + 5, line.indexOf(", which shows")));
    assertThat(Files.readString(trace)).contains("\tat io.codonloom.cli.FaultsTest");
    Files.delete(trace);
  }

  @Test
  void jsonThatEndsTooEarlyIsDamaged() {
    try {
      new ObjectMapper().readTree("{\"a\": ");
    } catch (IOException e) {
      assertThat(Faults.of(new UncheckedIOException(e)).message()).contains("is no whole JSON");
    }
  }
}
