package io.codonloom.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.SharedData;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.biojava.nbio.core.exceptions.CompoundNotFoundException;
import org.biojava.nbio.core.sequence.RNASequence;
import org.biojava.nbio.core.sequence.transcription.TranscriptionEngine;
import org.junit.jupiter.api.Test;

class CodingSequenceTest {
  private static final GeneticCode STANDARD = GeneticCode.of(1);

  @Test
  void caseAlphabetAndSurroundingSpaceMakeNoDifference() {
    CodingSequence rna = CodingSequence.of("AUGGCUNNNUAA", STANDARD);
    for (String given :
        List.of("ATGGCTNNNTAA", "atggctnnntaa", "augGCUnnnTAA", " AUGGCUNNNUAA\r")) {
      assertThat(CodingSequence.of(given, STANDARD)).isEqualTo(rna);
      assertThat(CodingSequence.of(given, STANDARD).id()).isEqualTo(rna.id());
    }
  }

  @Test
  void idsAndKeysAreTheSameForEver() {
    CodingSequence sequence = CodingSequence.of("ATGGCTTAA", STANDARD);
    // printf 'codonloom:sequence:1\n1\nAUGGCUUAA' | sha256sum, and likewise below
    assertThat(sequence.id()).isEqualTo("2390a6a7bc31f21aadf9eecf5ac7cce2");
    assertThat(CodingSequence.of("ATGGCTTAA", GeneticCode.of(11)).id()).isNotEqualTo(sequence.id());
    assertThat(EncoderInput.key(Modality.DNA, "ATGGCT"))
        .isEqualTo("ca270d16832f59ab5455d19ccfb3f9ee");
    assertThat(EncoderInput.key(Modality.PROTEIN, "MA"))
        .isEqualTo("2990bdd2336cc53585e158941a0ec388");
  }

  @Test
  void idsOfCodesWhoseTablesWereCorrectedAreOthersThanBefore() {
    // printf 'codonloom:sequence:1\n2\nAUGGCUUAA' | sha256sum, and likewise for each code
    Map<Integer, String> before =
        Map.of(
            2, "27440683597a43a3a3112e154383ee52",
            4, "7eb931f62a8e29a319f49b65489cc7ae",
            11, "d0d4c8ffaebcf32c893004d9708c8350",
            26, "86e5e764d3a42b092d6ab94c2aebcd1c",
            31, "5ceba8df4bebcd59419caf4510a41e1c");
    before.forEach(
        (code, id) ->
            assertThat(CodingSequence.of("ATGGCTTAA", GeneticCode.of(code)).id()).isEqualTo(id));
    assertThat(CodingSequence.of("ATGGCTTAA", GeneticCode.of(3)).id())
        .isNotEqualTo("292075007abb1cc82a5405e7ec229449");
    assertThat(CodingSequence.of("ATGGCTTAA", GeneticCode.of(27)).id())
        .isNotEqualTo("7b3b337addb18759b0099cb0cee6c6fa")
        .isEqualTo("82f245801f27704328e1c66b4f71889b");
  }

  @Test
  void theStopIsReadWhereItIsIncluded() {
    CodingSequence sequence = CodingSequence.of("ATGGCTTAA", STANDARD);
    assertThat(text(sequence, Modality.DNA, StopCodon.EXCLUDE)).isEqualTo("ATGGCT");
    assertThat(text(sequence, Modality.RNA, StopCodon.EXCLUDE)).isEqualTo("AUGGCU");
    assertThat(text(sequence, Modality.PROTEIN, StopCodon.EXCLUDE)).isEqualTo("MA");
    assertThat(text(sequence, Modality.DNA, StopCodon.INCLUDE)).isEqualTo("ATGGCTTAA");
    assertThat(text(sequence, Modality.RNA, StopCodon.INCLUDE)).isEqualTo("AUGGCUUAA");
    assertThat(text(sequence, Modality.PROTEIN, StopCodon.INCLUDE)).isEqualTo("MA");
  }

  @Test
  void aSequenceWithoutAStopLosesNothing() {
    CodingSequence sequence = CodingSequence.of("ATGGCT", STANDARD);
    for (StopCodon stop : StopCodon.values()) {
      assertThat(text(sequence, Modality.DNA, stop)).isEqualTo("ATGGCT");
      assertThat(text(sequence, Modality.PROTEIN, stop)).isEqualTo("MA");
    }
  }

  @Test
  void internalStopsReadAsX() {
    assertThat(text(CodingSequence.of("ATGTGAGCTTAG", STANDARD), Modality.PROTEIN))
        .isEqualTo("MXA");
  }

  @Test
  void anAlternativeStartReadsAsMethionineOnlyWhereItIsOne() {
    CodingSequence sequence = CodingSequence.of("GTGGTGTAA", GeneticCode.of(11));
    assertThat(sequence.text(Modality.PROTEIN, StartCodon.AUG, StopCodon.EXCLUDE)).isEqualTo("VV");
    assertThat(sequence.text(Modality.PROTEIN, StartCodon.TABLE, StopCodon.EXCLUDE))
        .isEqualTo("MV");
    CodingSequence noStart = CodingSequence.of("GTGGTGTAA", STANDARD);
    assertThat(noStart.text(Modality.PROTEIN, StartCodon.TABLE, StopCodon.EXCLUDE)).isEqualTo("VV");
  }

  @Test
  void whatIsNoCodingSequenceIsRefused() {
    assertThatThrownBy(() -> CodingSequence.of("ATGRCT", STANDARD))
        .hasMessage("'R' at position 3 is none of A C G T U N");
    assertThatThrownBy(() -> CodingSequence.of("ATGC", STANDARD))
        .hasMessage("a length of 4 nt is not made of whole codons");
  }

  @Test
  void aTruncatedInputIsCutAtACodonBorderAndHasItsOwnKey() {
    CodingSequence sequence = CodingSequence.of("ATGGCTGATTAA", STANDARD);
    InputLimit two = new InputLimit(OverLong.TRUNCATE, 2);
    for (Modality modality : Modality.values()) {
      EncoderInput whole = EncoderInput.of(sequence, modality, Rules.defaults(), InputLimit.NONE);
      EncoderInput cut = EncoderInput.of(sequence, modality, Rules.defaults(), two);
      EncoderInput windowed =
          EncoderInput.of(sequence, modality, Rules.defaults(), new InputLimit(OverLong.WINDOW, 2));
      assertThat(whole.codons()).isEqualTo(3);
      assertThat(cut.codons()).isEqualTo(2);
      assertThat(cut.text()).hasSize(6 / modality.nucleotidesPerCharacter());
      assertThat(whole.text()).startsWith(cut.text());
      assertThat(cut.key()).isNotEqualTo(whole.key());
      assertThat(cut.key()).isEqualTo(EncoderInput.key(modality, cut.text()));
      assertThat(windowed).isEqualTo(whole);
    }
  }

  @Test
  void randomSequencesTranslateAsInBioJavaUnderEveryCodeItHas() throws CompoundNotFoundException {
    Random random = new Random(11);
    for (GeneticCode code : GeneticCode.all()) {
      if (code.id() > 23) {
        continue; // BioJava's tables end there.
      }
      TranscriptionEngine oracle = bioJava(code.id());
      for (int n = 0; n < 20; n++) {
        StringBuilder rna = new StringBuilder();
        for (int i = 3 * (1 + random.nextInt(200)); i > 0; i--) {
          rna.append("ACGU".charAt(random.nextInt(4)));
        }
        CodingSequence sequence = CodingSequence.of(rna.toString(), code);
        String expected = translate(oracle, rna.toString()).replaceFirst("\\*$", "");
        assertThat(text(sequence, Modality.PROTEIN))
            .as("%s: %s", code, rna)
            .isEqualTo(expected.replace('*', 'X'));
      }
    }
  }

  @Test
  void everyValidICodonRowTranslatesAsInBioJava() throws Exception {
    SequenceChecker checker = new SequenceChecker(Rules.defaults(), Map.of());
    TranscriptionEngine oracle = bioJava(1);
    int valid = 0;
    for (String line : SharedData.lines("icodon_testing.csv.gz").stream().skip(1).toList()) {
      SequenceCheck check = checker.check(line.split(",", 3)[1], STANDARD);
      if (check.sequence().isPresent()) {
        CodingSequence sequence = check.sequence().get();
        assertThat(text(sequence, Modality.PROTEIN) + "*")
            .isEqualTo(translate(oracle, sequence.rna()));
        valid++;
      }
    }
    assertThat(valid).isEqualTo(7415);
  }

  /** In BioJava's translation every stop is a star; the real genes have UGA inside, and one end. */
  @Test
  void everyRealSelenoproteinTranslatesAsInBioJavaWithUForItsUga() throws Exception {
    SequenceChecker checker = new SequenceChecker(SequenceCheckerTest.SELENOCYSTEINE, Map.of());
    TranscriptionEngine oracle = bioJava(1);
    Map<String, Integer> genes = new TreeMap<>();
    for (String line : SharedData.lines("icodon_testing.csv.gz").stream().skip(1).toList()) {
      String[] fields = line.split(",", 3);
      SequenceCheck check = checker.check(fields[1], STANDARD);
      if (check.kept().contains(Rule.INTERNAL_STOP) && check.refused().isEmpty()) {
        CodingSequence sequence = check.sequence().orElseThrow();
        String protein = text(sequence, Modality.PROTEIN);
        assertThat(protein + "*")
            .isEqualTo(translate(oracle, sequence.rna()).replaceAll("\\*(?!$)", "U"));
        assertThat(sequence.id()).isNotEqualTo(CodingSequence.of(fields[1], STANDARD).id());
        genes.put(fields[0], protein.replaceAll("[^U]", "").length());
      }
    }
    assertThat(genes)
        .containsEntry("ENSMUSG00000075703", 1)
        .containsEntry("ENSMUSG00000063856", 1)
        .hasSizeGreaterThan(5);
  }

  private static TranscriptionEngine bioJava(int code) {
    return new TranscriptionEngine.Builder().table(code).initMet(false).trimStop(false).build();
  }

  private static String translate(TranscriptionEngine oracle, String rna)
      throws CompoundNotFoundException {
    return new RNASequence(rna).getProteinSequence(oracle).getSequenceAsString();
  }

  private static String text(CodingSequence sequence, Modality modality) {
    return text(sequence, modality, StopCodon.EXCLUDE);
  }

  private static String text(CodingSequence sequence, Modality modality, StopCodon stop) {
    return sequence.text(modality, StartCodon.AUG, stop);
  }
}
