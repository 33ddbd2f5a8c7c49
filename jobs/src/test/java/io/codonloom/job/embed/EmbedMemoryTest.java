package io.codonloom.job.embed;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.config.Store;
import io.codonloom.embedding.Dtype;
import io.codonloom.sequence.Modality;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbedMemoryTest {
  private static final int BLOCKS = 6;
  private static final int SEQUENCES = 2000;

  @TempDir Path folder;

  @Test
  @Tag("long")
  void nativeMemoryStaysFlatOverTenThousandSequences() throws IOException {
    EmbedFixture fixture = new EmbedFixture(folder).store(new Store("s", Dtype.FP16, 10_000));
    Random random = new Random(5);
    long[] mib = new long[BLOCKS];
    for (int block = 0; block < BLOCKS; block++) {
      List<String> sequences = new ArrayList<>();
      for (int i = 0; i < SEQUENCES; i++) {
        sequences.add(sequence(random));
      }
      String dataset = "block" + block;
      EmbedCounts counts =
          EmbedFixture.counts(fixture.dataset(dataset, sequences, 2).embed(dataset), Modality.RNA);
      assertThat(counts.computed()).isEqualTo(SEQUENCES);
      mib[block] = outsideTheHeap() >> 20;
    }
    System.out.println(
        "MiB outside the heap after each " + SEQUENCES + " sequences: " + Arrays.toString(mib));
    // The first block is the warm-up; 10,000 sequences follow.
    assertThat(mib[BLOCKS - 1] - mib[0]).isLessThan(100);
    assertThat(mib[BLOCKS - 1] - mib[2]).as("no growth in the second half").isLessThan(50);
  }

  private static String sequence(Random random) {
    StringBuilder sequence = new StringBuilder("ATG");
    int codons = 20 + random.nextInt(60);
    for (int i = 0; i < codons; i++) {
      // No codon that begins with C, A or G followed by C is a stop.
      sequence.append("CAG".charAt(random.nextInt(3))).append('C');
      sequence.append("ACGT".charAt(random.nextInt(4)));
    }
    return sequence + "TAA";
  }

  /** Resident memory without the Java heap. */
  private static long outsideTheHeap() throws IOException {
    System.gc();
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        long resident = Long.parseLong(line.replaceAll("\\D", "")) << 10;
        return resident - ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
      }
    }
    throw new IOException("no VmRSS in /proc/self/status");
  }
}
