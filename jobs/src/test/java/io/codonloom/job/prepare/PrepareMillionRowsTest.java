package io.codonloom.job.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.SparkSessions;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.Workspace;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class PrepareMillionRowsTest {
  private static final int ROWS = 1_000_000;

  @TempDir Path folder;

  @Test
  void aMillionRowsPassThroughAHeapOfOneGibibyte() throws Exception {
    Path input = folder.resolve("million.csv");
    MillionRows.write(input, ROWS);
    String root = folder.resolve("workspace").toUri().toString();
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-Xmx1g",
            "-Djava.io.tmpdir=" + folder,
            "-cp",
            System.getProperty("java.class.path"),
            MillionRows.class.getName(),
            input.toUri().toString(),
            root));
    Path output = folder.resolve("output.txt");
    int exit =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start()
            .waitFor();
    assertThat(exit).as(Files.readString(output)).isZero();

    Workspace workspace = new Workspace(root);
    PrepareCounts counts =
        PrepareFixture.counts(
            Manifest.read(new Configuration(), workspace.prepareManifest(MillionRows.NAME))
                .orElseThrow());
    assertThat(counts.rows()).isEqualTo(ROWS);
    assertThat(counts.refused()).isEqualTo(MillionRows.refused(ROWS));
    assertThat(counts.accepted()).isEqualTo(ROWS - MillionRows.refused(ROWS));
    assertThat(counts.reasons().get("label_missing")).isEqualTo(ROWS / 100);
    assertThat(counts.reasons().get("no_start_codon")).isEqualTo(ROWS / 50);
    SparkSession spark = SparkSessions.local();
    assertThat(spark.read().parquet(workspace.labels().toString()).count())
        .isEqualTo(counts.accepted());
    assertThat(spark.read().parquet(workspace.splits().toString()).count())
        .isEqualTo(counts.accepted());
  }
}
