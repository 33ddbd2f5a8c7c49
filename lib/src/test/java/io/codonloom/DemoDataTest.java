package io.codonloom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What test-data/NOTICE says of the demo's rows still holds of the files. */
class DemoDataTest {
  private static final Path ECOLI =
      Path.of(System.getProperty("codonloom.root"), "test-data", "ecoli");

  @Test
  void labelsAreTheCodonAdaptationIndexByThePublishedWeights() throws IOException {
    Map<String, Double> weights = new HashMap<>();
    for (String[] row : rows("sharp_li_1987_ecoli_weights.csv")) {
      weights.put(row[0], Double.valueOf(row[1]));
    }
    assertThat(weights).hasSize(61);
    int labelled = 0;
    for (String[] row : rows("ecoli_cds.csv")) {
      if (row[4].isEmpty()) {
        assertThat(row[5].length() % 3).isNotZero();
        continue;
      }
      labelled++;
      assertThat(Double.parseDouble(row[4]))
          .as(row[0])
          .isCloseTo(adaptationIndex(row[5], weights), within(5e-7));
    }
    assertThat(labelled).isEqualTo(496);
  }

  @Test
  void mostRowsFollowEveryRuleAndAFewAreThereToBeRefused() throws IOException {
    List<String[]> rows = rows("ecoli_cds.csv");
    assertThat(rows).hasSize(499);
    assertThat(rows.stream().map(row -> row[0])).doesNotHaveDuplicates();
    assertThat(rows).allMatch(row -> row[5].length() == Integer.parseInt(row[3]));
    assertThat(rows.stream().filter(row -> isRegular(row[5]))).hasSize(452);
  }

  @Test
  void fastaRecordsRepeatRowsOfTheTable() throws IOException {
    Map<String, String> sequences = new HashMap<>();
    Map<String, String> labels = new HashMap<>();
    for (String[] row : rows("ecoli_cds.csv")) {
      sequences.put(row[0], row[5]);
      labels.put(row[0], row[4]);
    }
    String fasta = Files.readString(ECOLI.resolve("ecoli_20.fasta"));
    String[] records = fasta.substring(1).split("\n>", -1);
    List<String[]> sideRows = rows("ecoli_20_labels.csv");
    assertThat(records).hasSize(20);
    assertThat(sideRows).hasSize(20);
    for (int i = 0; i < records.length; i++) {
      String id = records[i].substring(0, records[i].indexOf(' '));
      String sequence = records[i].substring(records[i].indexOf('\n')).replace("\n", "");
      assertThat(sequence).as(id).isEqualTo(sequences.get(id));
      assertThat(sideRows.get(i)).containsExactly(id, labels.get(id));
    }
  }

  private static List<String[]> rows(String file) throws IOException {
    return Files.readAllLines(ECOLI.resolve(file)).stream()
        .skip(1)
        .map(line -> line.split(",", -1))
        .toList();
  }

  private static double adaptationIndex(String sequence, Map<String, Double> weights) {
    double logs = 0;
    int counted = 0;
    for (int i = 0; i < sequence.length(); i += 3) {
      String codon = sequence.substring(i, i + 3);
      if (!codon.equals("ATG") && !codon.equals("TGG") && !isStop(codon)) {
        logs += Math.log(weights.get(codon));
        counted++;
      }
    }
    return Math.exp(logs / counted);
  }

  private static boolean isRegular(String sequence) {
    if (sequence.length() % 3 != 0 || !sequence.startsWith("ATG")) {
      return false;
    }
    for (int i = 0; i < sequence.length(); i += 3) {
      boolean isLast = i == sequence.length() - 3;
      if (isStop(sequence.substring(i, i + 3)) != isLast) {
        return false;
      }
    }
    return true;
  }

  private static boolean isStop(String codon) {
    return codon.equals("TAA") || codon.equals("TAG") || codon.equals("TGA");
  }
}
