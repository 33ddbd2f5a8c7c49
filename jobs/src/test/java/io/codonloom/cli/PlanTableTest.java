package io.codonloom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.config.Experiment;
import io.codonloom.config.ExperimentFile;
import io.codonloom.job.embed.EmbedEstimate;
import io.codonloom.job.embed.EmbedEstimate.Todo;
import io.codonloom.job.prepare.PrepareCounts;
import io.codonloom.job.prepare.PrepareCounts.OfModality;
import io.codonloom.job.prepare.PrepareCounts.OfPart;
import io.codonloom.job.prepare.PrepareCounts.OfSplit;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.OverLong;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PlanTableTest {
  private static final Path DEMO =
      Path.of(System.getProperty("codonloom.root")).resolve("conf/demo.conf");
  private static final Todo NOTHING = new Todo(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  private static String text(boolean prepared, Todo rna, boolean trained) throws IOException {
    Experiment experiment = ExperimentFile.read(DEMO, List.of());
    PrepareCounts counts =
        new PrepareCounts(
            1_234,
            1_200,
            34,
            Map.of("no_stop_codon", 34L),
            Map.of(),
            Map.of(),
            1_100,
            1_000,
            0,
            Map.of(
                "dna", new OfModality(1_000, 1_000, 300_000, 0, 0),
                "rna", new OfModality(1_000, 990, 250_000, 77, 0)),
            Map.of(
                "main",
                new OfSplit(
                    Map.of(
                        "train", new OfPart(800, 700, 700, 0), "val", new OfPart(400, 300, 1, 0)),
                    List.of())));
    Map<Modality, InputLimit> limits =
        Map.of(
            Modality.DNA, new InputLimit(OverLong.TRUNCATE, 4_090),
            Modality.RNA, new InputLimit(OverLong.TRUNCATE, 340));
    Map<Modality, EmbedEstimate> estimates = new TreeMap<>();
    estimates.put(Modality.DNA, new EmbedEstimate(1_000, 1_000, 1_000, 0, 300_000, 7, NOTHING));
    estimates.put(
        Modality.RNA, new EmbedEstimate(1_000, 990, 990 - rna.inputs(), 0, 250_000, 9, rna));
    return new PlanTable(experiment, prepared, counts, limits, estimates, 8, trained).text();
  }

  @Test
  void saysWhatEachStageWouldDoInAlignedColumns() throws IOException {
    Todo rna =
        new Todo(490, 0, 120_000, 4, 3_500_000_000L, 361_000, 302, 700, 1_022, 7.1e14, 3_725);
    assertThat(text(false, rna, false))
        .contains("prepare ecoli: to do\n", "  rows                         1,234\n")
        .containsPattern("    no_stop_codon +34\n")
        .contains(
            "embed store tiny: to do, fp16 on cpu in fp32, 8 tasks side by side with 1 thread")
        .containsPattern("model reads at most, codons +4,090 +340\n")
        .containsPattern("rows longer than that +0 +77 cut\n")
        .containsPattern("to compute +0 +490\n")
        .containsPattern("longest input +0 +1,022\n")
        .containsPattern("arithmetic +0 FLOP +710.0 TFLOP\n")
        .containsPattern("size on disk +0 B +3.3 GiB\n")
        .containsPattern("encoder time +0 s +1 h 2 min\n")
        .containsPattern("rows in train +800\n")
        .containsPattern("batches of 16 an epoch +50\n");
  }

  @Test
  void saysWhatIsUpToDate() throws IOException {
    assertThat(text(true, NOTHING, true))
        .contains(
            "prepare ecoli: up to date", "embed store tiny: up to date", "train mil: up to date")
        .doesNotContain("encoder time", "to do");
  }
}
