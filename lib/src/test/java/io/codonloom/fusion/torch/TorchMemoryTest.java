package io.codonloom.fusion.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.fusion.Examples;
import io.codonloom.fusion.Fusion;
import io.codonloom.fusion.NetworkShape;
import io.codonloom.fusion.Optimizer;
import io.codonloom.fusion.TestNetworks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.MultiDataSet;

class TorchMemoryTest {
  /** Of the whole process. */
  private static final long BOUND_KIB = 24 * 1024;

  private static final int WARM_UP = 500;
  private static final int[][] LENGTHS = {{90, 60, 90}, {64, 64, 64}, {40, 40, 39}, {90, 90, 90}};

  @Test
  void aThousandStepsLeaveTheProcessAsLargeAsItWas() throws IOException {
    train(1_000);
  }

  @Tag("long")
  @Test
  void soDoTenThousand() throws IOException {
    train(10_000);
  }

  private static void train(int steps) throws IOException {
    TestNetworks kind =
        TestNetworks.of(
            "cross attention",
            new NetworkShape().fusion(Fusion.CROSS_ATTENTION).attentionDropout(0.3).dropout(0.4));
    MultiDataSet batch = Examples.batch(kind, DataType.FLOAT, LENGTHS, 0, 3);
    Optimizer optimizer = new Optimizer(Optimizer.Method.ADAMW, 1e-3, 0.01);
    try (TorchTraining training =
        TorchTrainingTest.training(kind, optimizer, TorchTrainingTest.network(kind, optimizer))) {
      for (int step = 0; step < WARM_UP; step++) {
        training.step(batch);
      }
      long pointers = Pointer.totalCount();
      long before = residentKib();
      for (int step = 0; step < steps; step++) {
        training.step(batch);
      }
      assertThat(Pointer.totalCount()).as("native objects").isLessThanOrEqualTo(pointers);
      long grown = residentKib() - before;
      System.out.println(
          "GROWN " + grown + " KiB, pointers " + pointers + " -> " + Pointer.totalCount());
      assertThat(grown).as("growth in KiB").isLessThan(BOUND_KIB);
    }
  }

  private static long residentKib() throws IOException {
    System.gc();
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
