package io.codonloom.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.SharedData;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class GeneticCodeTest {
  private static final String BASES = "TCAG";
  private static final Pattern TABLE =
      Pattern.compile(
          "name \"([^\"]+)\"[^{}]*?id (\\d+) ,\\s+ncbieaa +\"(.{64})\",\\s+sncbieaa \"(.{64})\"");

  @Test
  void everyTableIsTheOneOfTheNcbisFile() throws IOException {
    Matcher tables = TABLE.matcher(String.join("\n", SharedData.lines("gc.prt")));
    Set<Integer> seen = new TreeSet<>();
    while (tables.find()) {
      GeneticCode code = GeneticCode.of(Integer.parseInt(tables.group(2)));
      seen.add(code.id());
      assertThat(code.name()).isEqualTo(tables.group(1).replace("\n", ""));
      for (int i = 0; i < 64; i++) {
        String codon = codon(i);
        assertThat(code.residue(codon, 0)).isEqualTo(tables.group(3).charAt(i));
        assertThat(code.isStart(codon, 0)).isEqualTo(tables.group(4).charAt(i) == 'M');
        assertThat(code.isStop(codon, 0)).isEqualTo(tables.group(4).charAt(i) == '*');
      }
    }
    assertThat(seen).hasSize(25);
    assertThat(GeneticCode.all()).hasSize(25);
  }

  @Test
  void everyStopInsideAGeneIsAlsoOneAtItsEnd() {
    for (GeneticCode code : GeneticCode.all()) {
      for (int i = 0; i < 64; i++) {
        if (code.residue(codon(i), 0) == GeneticCode.STOP) {
          assertThat(code.isStop(codon(i), 0)).as("%s %s", code, codon(i)).isTrue();
        }
      }
    }
  }

  @Test
  void dnaAndRnaReadAlike() {
    for (GeneticCode code : GeneticCode.all()) {
      for (int i = 0; i < 64; i++) {
        String rna = codon(i).replace('T', 'U');
        assertThat(code.residue(rna, 0)).isEqualTo(code.residue(codon(i), 0));
        assertThat(code.isStart(rna, 0)).isEqualTo(code.isStart(codon(i), 0));
        assertThat(code.isStop(rna, 0)).isEqualTo(code.isStop(codon(i), 0));
      }
    }
  }

  @Test
  void aWholeSequenceReadsAsItsCodons() {
    StringBuilder rna = new StringBuilder();
    for (char first : new char[] {'A', 'C', 'G', 'U', 'N'}) {
      for (char second : new char[] {'A', 'C', 'G', 'U', 'N'}) {
        for (char third : new char[] {'A', 'C', 'G', 'U', 'N'}) {
          rna.append(first).append(second).append(third);
        }
      }
    }
    for (GeneticCode code : GeneticCode.all()) {
      byte[] residues = code.residues(rna.toString(), 125);
      for (int codon = 0; codon < 125; codon++) {
        assertThat((char) residues[codon]).isEqualTo(code.residue(rna.toString(), 3 * codon));
      }
      assertThat(code.residues(rna.toString(), 2)).hasSize(2);
    }
  }

  @Test
  void aCodonWithNReadsAsWhatAllItsReadingsShare() {
    String symbols = BASES + "N";
    for (GeneticCode code : GeneticCode.all()) {
      for (int i = 0; i < 125; i++) {
        String codon =
            "" + symbols.charAt(i / 25) + symbols.charAt(i / 5 % 5) + symbols.charAt(i % 5);
        Pattern readings = Pattern.compile(codon.replace("N", "."));
        Set<Character> residues = new TreeSet<>();
        boolean starts = true;
        boolean stops = true;
        for (int j = 0; j < 64; j++) {
          if (readings.matcher(codon(j)).matches()) {
            residues.add(code.residue(codon(j), 0));
            starts &= code.isStart(codon(j), 0);
            stops &= code.isStop(codon(j), 0);
          }
        }
        char expected = residues.size() == 1 ? residues.iterator().next() : GeneticCode.UNKNOWN;
        assertThat(code.residue(codon, 0)).as("%s %s", code, codon).isEqualTo(expected);
        assertThat(code.isStart(codon, 0)).as("%s %s", code, codon).isEqualTo(starts);
        assertThat(code.isStop(codon, 0)).as("%s %s", code, codon).isEqualTo(stops);
      }
    }
    GeneticCode standard = GeneticCode.of(1);
    assertThat(standard.residue("CUN", 0)).isEqualTo('L');
    assertThat(standard.residue("AUN", 0)).isEqualTo('X');
    assertThat(standard.isStart("NUG", 0)).isFalse();
    assertThat(standard.isStop("UNA", 0)).isFalse();
  }

  @Test
  void aCodonMayBeAResidueInsideAndAStopAtTheEnd() {
    GeneticCode karyorelict = GeneticCode.of(27);
    assertThat(karyorelict.residue("UGA", 0)).isEqualTo('W');
    assertThat(karyorelict.isStop("UGA", 0)).isTrue();
  }

  @Test
  void anUnknownNumberIsRefusedWithTheKnownOnes() {
    assertThat(GeneticCode.exists(7)).isFalse();
    assertThatThrownBy(() -> GeneticCode.of(7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no genetic code 7")
        .hasMessageContaining("1, 2, 3, 4, 5, 6, 9, 10");
  }

  static String codon(int i) {
    return "" + BASES.charAt(i / 16) + BASES.charAt(i / 4 % 4) + BASES.charAt(i % 4);
  }
}
