package io.codonloom.job.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.ForeignFileSystem;
import io.codonloom.config.SplitBy;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.StorageStatistics;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often the bytes of an input are read: the file system that it lies on counts them. */
class ReadOnceTest {
  private static final int ROWS = 4000;

  /** For headers and for what is read ahead. */
  private static final double LITTLE_MORE = 1.2;

  @TempDir Path folder;

  @BeforeEach
  void makeTheCountingDiskKnown() {
    ForeignFileSystem.register(
        new PrepareFixture(folder).spark.sparkContext().hadoopConfiguration());
  }

  /** Coding sequences of 900 nt, each of two rows; every fourth row has the id of another. */
  private static String csv() {
    StringBuilder csv = new StringBuilder("id,sequence,label\n");
    for (int i = 0; i < ROWS; i++) {
      csv.append("r").append(i % (3 * ROWS / 4)).append(",ATG").append(codons(i / 2));
      csv.append("TAA,").append(i).append('\n');
    }
    return csv.toString();
  }

  private static String codons(int number) {
    StringBuilder codons = new StringBuilder("GCA".repeat(286));
    for (int bit = 0; bit < 12; bit++) {
      codons.append((number >> bit & 1) == 0 ? "GAC" : "AAG");
    }
    return codons.toString();
  }

  @Test
  void aRowIsReadOnceAlsoWhereIdsRepeatAndWherePartsAreNamed() throws Exception {
    PrepareFixture fixture =
        new PrepareFixture(folder)
            .file("d.csv", csv())
            .splits(PrepareFixture.split("main", SplitBy.SEQUENCE, 1));
    fixture.input("foreign:" + folder.resolve("d.csv"));
    long before = bytesRead();
    PrepareCounts counts = fixture.run();
    long read = bytesRead() - before;
    assertThat(counts.rows()).isEqualTo(ROWS);
    assertThat(counts.reasons()).containsEntry("duplicate_row_id", (long) ROWS / 4);
    assertThat(counts.sequencesAccepted()).isEqualTo(3L * ROWS / 8);
    assertOnce(read, Files.size(folder.resolve("d.csv")));
    assertThat(folder.resolve("workspace/_prepare/d/checked")).as("what was kept").doesNotExist();
  }

  @Test
  void aFastaAndItsLabelFileAreReadOnce() throws Exception {
    StringBuilder fasta = new StringBuilder();
    StringBuilder labels = new StringBuilder("id,label,note\n");
    String note = "x".repeat(500);
    for (int i = 0; i < ROWS; i++) {
      fasta.append(">r").append(i).append("\nATG").append(codons(i)).append("TAA\n");
      labels.append("r").append(2 * i).append(",1,").append(note).append('\n');
    }
    PrepareFixture fixture =
        new PrepareFixture(folder)
            .file("l.csv", labels.toString())
            .file("d.fasta", fasta.toString());
    fixture.input("foreign:" + folder.resolve("d.fasta"));
    fixture.labels("foreign:" + folder.resolve("l.csv"));
    long before = bytesRead();
    PrepareCounts counts = fixture.run();
    long read = bytesRead() - before;
    assertThat(counts.accepted()).isEqualTo(ROWS / 2);
    assertThat(counts.labelsWithoutSequence()).isEqualTo(ROWS / 2);
    assertOnce(read, Files.size(folder.resolve("d.fasta")) + Files.size(folder.resolve("l.csv")));
  }

  private static void assertOnce(long read, long length) {
    assertThat(read).isBetween(length, (long) (LITTLE_MORE * length));
  }

  private static long bytesRead() {
    StorageStatistics statistics = FileSystem.getGlobalStorageStatistics().get("foreign");
    return statistics == null ? 0 : statistics.getLong("bytesRead");
  }
}
