package io.codonloom.job.predict;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.fusion.NetworkShape;
import io.codonloom.workspace.Manifest;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class PredictLibraryTest {
  private static final int PROTEINS = 50;
  private static final int VARIANTS = 100_000;
  private static final int CODONS = 20;

  @TempDir Path folder;

  @Test
  void aHundredThousandVariantsPassThroughASmallHeapAndEachProteinIsEmbeddedOnce()
      throws Exception {
    List<String> sequences = VariantLibrary.variants(PROTEINS, VARIANTS, CODONS, 5);
    Path input = VariantLibrary.write(folder.resolve("library.csv"), sequences);
    Path model =
        new PredictFixture(folder)
            .model(
                "mil", new NetworkShape().width(8).gateUnits(4).textCnn(4, 3).build(), List.of());
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-Xmx512m",
            "-Djava.io.tmpdir=" + folder,
            "-Dcodonloom.root=" + System.getProperty("codonloom.root"),
            "-cp",
            System.getProperty("java.class.path"),
            PredictLibraryTest.class.getName(),
            folder.toString(),
            model.toString(),
            input.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("OMP_NUM_THREADS", "1");
    Path output = folder.resolve("output.txt");
    int exit = builder.redirectOutput(output.toFile()).start().waitFor();
    assertThat(exit).as(Files.readString(output)).isZero();

    Manifest manifest =
        Manifest.read(
                new Configuration(),
                new org.apache.hadoop.fs.Path(folder.resolve("out/manifest.json").toUri()))
            .orElseThrow();
    PredictCounts counts = Manifest.JSON.treeToValue(manifest.counts(), PredictCounts.class);
    System.out.printf("%,d variants in %.0f s%n", VARIANTS, manifest.seconds());
    assertThat(counts.predicted()).isEqualTo(VARIANTS);
    assertThat(counts.modalities().get("protein"))
        .isEqualTo(new PredictCounts.OfModality(PROTEINS, PROTEINS, 0));
    long distinct = new HashSet<>(sequences).size();
    for (String modality : List.of("dna", "rna")) {
      assertThat(counts.modalities().get(modality))
          .isEqualTo(new PredictCounts.OfModality(distinct, 0, distinct));
    }
    try (Stream<String> lines = Files.lines(folder.resolve("out/predictions.csv"))) {
      assertThat(lines.count()).isEqualTo(VARIANTS + 1);
    }
  }

  /** The job in a JVM of its own. */
  public static void main(String[] arguments) throws IOException {
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", false)
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", 8)
            .getOrCreate()) {
      new PredictFixture(Path.of(arguments[0]))
          .predict(spark, Path.of(arguments[1]), Path.of(arguments[2]), "out", OutputFormat.CSV);
    }
  }
}
