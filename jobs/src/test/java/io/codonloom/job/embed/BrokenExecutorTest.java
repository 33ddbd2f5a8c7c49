package io.codonloom.job.embed;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.ClusterJvm;
import io.codonloom.device.OnnxRuntime;
import io.codonloom.sequence.Modality;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokenExecutorTest {
  @TempDir Path folder;

  @Test
  void theOthersDoItsShardsAndCloseTheirEncodersAndWhereAllAreBrokenOneLineSaysSo()
      throws Exception {
    EmbedFixture fixture = BrokenExecutorMain.proteins(folder.resolve("workspace"), "s");
    fixture.dataset("a", EmbedFixture.genes(), 1);
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
                fixture.folder.toString(),
                "s",
                oneBroken.toString(),
                "none",
                allBroken.toString());
    ClusterJvm.awaitEnd(process);
    String text = Files.readString(output);
    assertThat(process.exitValue()).as(text).isZero();

    // After two failures, and what was on its way, Spark gives it no more.
    List<String> lines = text.lines().toList();
    int end = lines.indexOf("excluded: [0]");
    assertThat(end).as(text).isPositive();
    assertThat(failures(lines.subList(0, end)))
        .hasSizeBetween(2, 10)
        .allMatch(failure -> failure.matches(".* cannot be loaded by executor 0 on [\\d.]+: .*"));
    assertThat(text).containsPattern("open: \\[(0=0, )?1=0]");
    EmbedCounts counts = EmbedFixture.counts(fixture.embed("a"), Modality.PROTEIN);
    assertThat(counts.shards()).isGreaterThan(10);
    assertThat(counts.shardsComputed()).isZero();
    assertThat(counts.stored()).isEqualTo(counts.inputs()).isEqualTo(20);

    assertThat(text)
        .containsPattern(
            "refused: the protein encoder cannot be loaded by executor \\d on [\\d.]+: ONNX Runtime's native libraries in .* do not load: .*");
    assertThat(folder.resolve("workspace/embeddings/none/modality=protein")).doesNotExist();
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
