package io.codonloom.job.embed;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.ClusterJvm;
import io.codonloom.device.OnnxRuntime;
import io.codonloom.sequence.Modality;
import io.codonloom.workspace.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokenExecutorTest {
  @TempDir Path folder;

  @Test
  void theOthersDoItsShardsAndCloseTheirEncodersAndWhereAllAreBrokenOneLineSaysSo()
      throws Exception {
    EmbedFixture one = new EmbedFixture(folder.resolve("one")).dataset("a", EmbedFixture.genes(), 1);
    EmbedFixture all = new EmbedFixture(folder.resolve("all")).dataset("a", EmbedFixture.genes(), 1);
    OnnxRuntime.load();
    Path whole = Path.of(System.getProperty("onnxruntime.native.path"));
    Path oneBroken = Files.createDirectory(folder.resolve("one-broken"));
    Files.createSymbolicLink(oneBroken.resolve("1"), whole);
    damaged(oneBroken, 0);
    Path allBroken = Files.createDirectory(folder.resolve("all-broken"));
    for (int executor = 0; executor < 8; executor++) { // Spark starts others in their place.
      damaged(allBroken, executor);
    }
    Path output = folder.resolve("output.txt");
    Process process =
        new ClusterJvm(Files.createDirectory(folder.resolve("jvm")))
            .start(
                output,
                BrokenExecutorMain.class,
                System.getProperty("codonloom.root"),
                one.folder.toString(),
                oneBroken.toString(),
                all.folder.toString(),
                allBroken.toString());
    try {
      assertThat(process.waitFor(30, TimeUnit.MINUTES)).as("ended").isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    String text = Files.readString(output);
    assertThat(process.exitValue()).as(text).isZero();

    // Two failures in each of three stages, and Spark knows the executor.
    List<String> lines = text.lines().toList();
    int end = lines.indexOf("excluded: [0]");
    assertThat(end).as(text).isPositive();
    assertThat(failures(lines.subList(0, end)))
        .hasSizeBetween(2, 6)
        .allMatch(failure -> failure.contains("by executor 0 on 127.0.0.1: "));
    assertThat(text).contains("open: {1=0}");
    Manifest again = one.embed("a");
    for (Modality modality : Modality.values()) {
      EmbedCounts counts = EmbedFixture.counts(again, modality);
      assertThat(counts.shards()).isGreaterThan(4);
      assertThat(counts.shardsComputed()).isZero();
      assertThat(counts.stored()).isEqualTo(counts.inputs());
    }

    assertThat(text)
        .containsPattern(
            "refused: the dna encoder cannot be loaded by executor \\d on 127.0.0.1: ONNX Runtime's native libraries in .* do not load: .*");
    assertThat(all.objects()).isEmpty();
  }

  private static List<String> failures(List<String> lines) {
    return lines.stream().filter(line -> line.startsWith("failed: ")).toList();
  }

  private static void damaged(Path folder, int executor) throws IOException {
    Path libraries = Files.createDirectory(folder.resolve("" + executor));
    for (String name : List.of("libonnxruntime.so", "libonnxruntime4j_jni.so")) {
      Files.writeString(libraries.resolve(name), "cut short");
    }
  }
}
