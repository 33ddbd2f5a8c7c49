package io.codonloom.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.biojava.nbio.core.sequence.compound.AminoAcidCompoundSet;
import org.biojava.nbio.core.sequence.compound.RNACompoundSet;
import org.biojava.nbio.core.sequence.io.IUPACParser;
import org.biojava.nbio.core.sequence.transcription.Table;
import org.junit.jupiter.api.Test;

class GeneticCodeTest {
  private static final String BASES = "TCAG";

  /** Over id, residues and starts and stops of each code, divided by tabs, as lines. */
  private static final String TABLES =
      "e42fcd1a056eb70cbb26e6dc4968428d82b58f057021b738b1bb030c3a1c3cfa";

  @Test
  void everyTableIsTheOneOfTheNcbi() throws IOException {
    List<String> lines = SharedData.lines("genetic_codes.tsv");
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.split("\t", -1);
      GeneticCode code = GeneticCode.of(Integer.parseInt(fields[0]));
      assertThat(code.name()).startsWith(fields[1]);
      assertThat(residues(code)).as("%s", code).isEqualTo(fields[2]);
      assertThat(signals(code)).as("%s", code).isEqualTo(fields[3]);
    }
    assertThat(lines).hasSize(1 + 27);
  }

  @Test
  void theTablesAreThoseThatWereComparedWithTheNcbis() {
    MessageDigest digest = ContentHash.sha256();
    int codes = 0;
    for (GeneticCode code : GeneticCode.all()) {
      String line = code.id() + "\t" + residues(code) + "\t" + signals(code) + "\n";
      digest.update(line.getBytes(StandardCharsets.UTF_8));
      codes++;
    }
    assertThat(codes).isEqualTo(27);
    assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(TABLES);
  }

  /** BioJava's tables end at 23, and 3 has no start GTG there, which the NCBI added later. */
  @Test
  void everyCodonReadsAsInBioJavaWhereThatHasTheCode() {
    int codes = 0;
    for (IUPACParser.IUPACTable table : IUPACParser.getInstance().getTables()) {
      GeneticCode code = GeneticCode.of(table.getId());
      for (Table.Codon other :
          table.getCodons(
              RNACompoundSet.getRNACompoundSet(), AminoAcidCompoundSet.getAminoAcidCompoundSet())) {
        String codon = "" + other.getOne() + other.getTwo() + other.getThree();
        boolean added = code.id() == 3 && codon.equals("GUG");
        assertThat("" + code.residue(codon, 0))
            .as("%s %s", code, codon)
            .isEqualTo(other.getAminoAcid().getShortName());
        assertThat(code.isStart(codon, 0))
            .as("%s %s", code, codon)
            .isEqualTo(other.isStart() || added);
        assertThat(code.isStop(codon, 0)).as("%s %s", code, codon).isEqualTo(other.isStop());
      }
      codes++;
    }
    assertThat(codes).isEqualTo(17);
  }

  @Test
  void whatTheNcbiCorrectedIsSo() {
    assertThat(GeneticCode.of(3).isStart("GUG", 0)).isTrue();
    for (int id : new int[] {27, 28, 29, 30}) {
      assertThat(GeneticCode.of(id).residue("CUG", 0)).isEqualTo('L');
    }
    assertThat(GeneticCode.of(26).residue("CUG", 0)).as("Pachysolen").isEqualTo('A');
    assertThat(GeneticCode.correctedSince(1)).containsExactly(3, 27, 28, 29, 30);
    assertThat(GeneticCode.correctedSince(GeneticCode.EDITION)).isEmpty();
  }

  private static String residues(GeneticCode code) {
    return IntStream.range(0, 64)
        .mapToObj(i -> "" + code.residue(codon(i), 0))
        .collect(Collectors.joining());
  }

  private static String signals(GeneticCode code) {
    return IntStream.range(0, 64)
        .mapToObj(i -> code.isStart(codon(i), 0) ? "M" : code.isStop(codon(i), 0) ? "*" : "-")
        .collect(Collectors.joining());
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
