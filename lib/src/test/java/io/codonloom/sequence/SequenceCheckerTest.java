package io.codonloom.sequence;

import static io.codonloom.sequence.Rule.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.SharedData;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SequenceCheckerTest {
  private static final GeneticCode STANDARD = GeneticCode.of(1);
  private static final Rules DEFAULTS = Rules.defaults();

  static final Rules SELENOCYSTEINE = selenocysteine(0);

  private static Rules selenocysteine(int maxCodons) {
    return new Rules(
        Policy.REJECT,
        Policy.REJECT,
        Policy.REJECT,
        Policy.REJECT,
        Policy.SELENOCYSTEINE,
        Policy.TRUNCATE,
        Policy.REJECT,
        Policy.REJECT,
        1,
        maxCodons,
        StartCodon.AUG,
        StopCodon.EXCLUDE);
  }

  /** Everything that may be kept is kept, and a partial codon is trimmed. */
  private static final Rules LENIENT =
      new Rules(
          Policy.KEEP,
          Policy.TRIM,
          Policy.KEEP,
          Policy.KEEP,
          Policy.KEEP,
          Policy.KEEP,
          Policy.KEEP,
          Policy.KEEP,
          1,
          0,
          StartCodon.AUG,
          StopCodon.EXCLUDE);

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "ATGGCTTAA, -, -1",
        "auggcuuaa, -, -1",
        "ATGNNNTAA, -, -1",
        "'  ', EMPTY, -1",
        "TAA, EMPTY NO_START_CODON, 0",
        "AT, EMPTY LENGTH_NOT_DIVISIBLE_BY_3, 0",
        "ATGGCRTAA, ILLEGAL_CHARACTER, 5",
        "ATGGC-TAA, ILLEGAL_CHARACTER, 5",
        "ATGG\u00e9TTAA, ILLEGAL_CHARACTER, 4",
        "ATG\ud83d\ude00TTAA, ILLEGAL_CHARACTER, 3",
        "ATG\u0141\ud83d\ude00TTA, ILLEGAL_CHARACTER NO_STOP_CODON, 3",
        "' ATG GCT\u00a0TAA\u2009\t', -, -1",
        "'\ufeffATG\u200bGCT\nTAA', -, -1",
        "'ATG GCR TAA', ILLEGAL_CHARACTER, 5",
        "ATGGCTTAAC, LENGTH_NOT_DIVISIBLE_BY_3, 9",
        "ATGGCTTAACC, LENGTH_NOT_DIVISIBLE_BY_3, 9",
        "CTGGCTTAA, NO_START_CODON, 0",
        "NTGGCTTAA, NO_START_CODON, 0",
        "ATGGCT, NO_STOP_CODON, 3",
        "ATGGCTTAN, NO_STOP_CODON, 6",
        "ATGTGAGCTTAA, INTERNAL_STOP, 3",
        "GTGTGAGCT, NO_START_CODON NO_STOP_CODON INTERNAL_STOP, 0",
        "ATG\u00e9CTTAA, ILLEGAL_CHARACTER, 3",
      })
  void everyReasonIsGivenWithTheFirstPosition(String given, String reasons, int position) {
    SequenceCheck check = new SequenceChecker(DEFAULTS, Map.of()).check(given, STANDARD);
    assertThat(check.refused()).isEqualTo(rules(reasons));
    assertThat(check.kept()).isEmpty();
    assertThat(check.position()).isEqualTo(position);
    assertThat(check.sequence().isPresent()).isEqualTo(reasons == null);
  }

  @Test
  void whatPoliciesLetThroughIsNamedAndSaidToReadAs() {
    SequenceChecker lenient = new SequenceChecker(LENIENT, Map.of());
    SequenceCheck check = lenient.check("CTGRCTTGAGC", STANDARD);
    assertThat(check.refused()).isEmpty();
    assertThat(check.kept())
        .containsExactlyInAnyOrder(ILLEGAL_CHARACTER, LENGTH_NOT_DIVISIBLE_BY_3, NO_START_CODON);
    CodingSequence sequence = check.sequence().orElseThrow();
    assertThat(sequence.rna()).isEqualTo("CUGNCUUGA");
    assertThat(sequence.text(Modality.PROTEIN, StartCodon.AUG, StopCodon.EXCLUDE)).isEqualTo("LX");
    assertThat(lenient.check("TGATGATGC", STANDARD).sequence().orElseThrow())
        .extracting(s -> s.text(Modality.PROTEIN, StartCodon.AUG, StopCodon.EXCLUDE))
        .isEqualTo("XXC");
  }

  @Test
  void nothingToEncodeIsNeverKept() {
    SequenceChecker lenient = new SequenceChecker(LENIENT, Map.of());
    for (String given : List.of("", " ", "A", "AT", "TAA", "TAAC")) {
      assertThat(lenient.check(given, STANDARD).refused()).containsExactly(EMPTY);
    }
  }

  @Test
  void startsOfTheTableCountWhereTheRulesSaySo() {
    Rules table = with(Policy.REJECT, 0, StartCodon.TABLE, StopCodon.EXCLUDE);
    assertThat(new SequenceChecker(table, Map.of()).check("CTGGCTTAA", STANDARD).refused())
        .isEmpty();
    assertThat(new SequenceChecker(table, Map.of()).check("GTGGCTTAA", STANDARD).refused())
        .containsExactly(NO_START_CODON);
    assertThat(
            new SequenceChecker(table, Map.of()).check("GTGGCTTAA", GeneticCode.of(11)).refused())
        .isEmpty();
  }

  @Test
  void theRowsGeneticCodeDecidesWhatIsAStop() {
    SequenceChecker checker = new SequenceChecker(DEFAULTS, Map.of());
    assertThat(checker.check("ATGTGATAA", STANDARD).refused()).containsExactly(INTERNAL_STOP);
    assertThat(checker.check("ATGTGATAA", GeneticCode.of(2)).refused()).isEmpty();
    assertThat(checker.check("ATGTGATGA", GeneticCode.of(27)).refused()).isEmpty();
  }

  @Test
  void byRuleAnInternalUgaReadsAsSelenocysteineAndNoOtherStop() {
    SequenceChecker checker = new SequenceChecker(SELENOCYSTEINE, Map.of());
    SequenceCheck check = checker.check("ATGTGAGCTTGATAA", STANDARD);
    assertThat(check.refused()).isEmpty();
    assertThat(check.kept()).containsExactly(INTERNAL_STOP);
    CodingSequence sequence = check.sequence().orElseThrow();
    assertThat(protein(sequence)).isEqualTo("MUAU");
    assertThat(check.givenId()).contains(CodingSequence.of("ATGTGAGCTTGATAA", STANDARD).id());
    assertThat(sequence.id()).isNotEqualTo(check.givenId().orElseThrow());
    SequenceCheck mixed = checker.check("ATGTGATAGTAA", STANDARD);
    assertThat(mixed.refused()).containsExactly(INTERNAL_STOP);
    assertThat(mixed.position()).isEqualTo(6);
    assertThat(protein(checker.check("ATGTGATAA", GeneticCode.of(2)).sequence().orElseThrow()))
        .as("a residue of its own in that code")
        .isEqualTo("MW");
    assertThat(protein(checker.check("ATGTGA", STANDARD).sequence().orElseThrow()))
        .as("the end")
        .isEqualTo("M");
  }

  @Test
  void theCodonsThatARowNamesReadAsSelenocysteine() {
    SequenceChecker checker = new SequenceChecker(DEFAULTS, Map.of());
    String given = "ATGTGAGCTTGATAA";
    SequenceCheck both = checker.check(given, STANDARD, List.of(4, 2));
    assertThat(both.kept()).isEmpty();
    assertThat(protein(both.sequence().orElseThrow())).isEqualTo("MUAU");
    SequenceCheck one = checker.check(given, STANDARD, List.of(4));
    assertThat(one.refused()).containsExactly(INTERNAL_STOP);
    assertThat(one.position()).isEqualTo(3);
    SequenceCheck kept = new SequenceChecker(LENIENT, Map.of()).check(given, STANDARD, List.of(4));
    assertThat(protein(kept.sequence().orElseThrow())).isEqualTo("MXAU");
    assertThat(kept.sequence().orElseThrow().id()).isNotEqualTo(both.sequence().orElseThrow().id());
    for (int wrong : new int[] {0, 1, 3, 5, 6, -1}) {
      assertThat(checker.check(given, STANDARD, List.of(2, 4, wrong)).refused())
          .as("codon %d", wrong)
          .containsExactly(SELENOCYSTEINE_MISPLACED);
    }
    assertThat(checker.check(given, STANDARD, List.of(2, 4, 3)).position()).isEqualTo(6);
  }

  @Test
  void aSequenceThatIsCutBehindASelenocysteineKeepsIt() {
    SequenceChecker checker = new SequenceChecker(selenocysteine(2), Map.of());
    CodingSequence cut = checker.check("ATGTGAGCTTGATAA", STANDARD).sequence().orElseThrow();
    assertThat(protein(cut)).isEqualTo("MU");
    assertThat(cut.text(Modality.RNA, StartCodon.AUG, StopCodon.EXCLUDE)).isEqualTo("AUGUGA");
    assertThat(EncoderInput.of(cut, Modality.PROTEIN, DEFAULTS, InputLimit.NONE).codons())
        .isEqualTo(2);
  }

  private static String protein(CodingSequence sequence) {
    return sequence.text(Modality.PROTEIN, StartCodon.AUG, StopCodon.EXCLUDE);
  }

  @Test
  void lengthIsCountedInTheCodonsThatAreRead() {
    for (StopCodon stop : StopCodon.values()) {
      String given = stop == StopCodon.EXCLUDE ? "ATGGCTGATTAA" : "ATGGCTTAA";
      SequenceChecker two =
          new SequenceChecker(with(Policy.REJECT, 2, StartCodon.AUG, stop), Map.of());
      SequenceCheck check = two.check(given, STANDARD);
      assertThat(check.refused()).containsExactly(TOO_LONG);
      assertThat(check.position()).isEqualTo(6);
      SequenceChecker three =
          new SequenceChecker(with(Policy.REJECT, 3, StartCodon.AUG, stop), Map.of());
      assertThat(three.check(given, STANDARD).refused()).isEmpty();
    }
  }

  @Test
  void truncationCutsAtACodonBorderAndChangesTheId() {
    Rules truncate = with(Policy.TRUNCATE, 2, StartCodon.AUG, StopCodon.EXCLUDE);
    SequenceCheck check = new SequenceChecker(truncate, Map.of()).check("ATGGCTGATTAA", STANDARD);
    assertThat(check.kept()).containsExactly(TOO_LONG);
    CodingSequence sequence = check.sequence().orElseThrow();
    assertThat(sequence.rna()).isEqualTo("AUGGCU");
    assertThat(sequence.id()).isNotEqualTo(check.givenId().orElseThrow());
    assertThat(check.givenId()).contains(CodingSequence.of("ATGGCTGATTAA", STANDARD).id());
  }

  @Test
  void eachEncoderHasItsOwnLimit() {
    String given = "ATGGCTGATTAA";
    for (Modality modality : Modality.values()) {
      for (OverLong overLong : OverLong.values()) {
        SequenceCheck check =
            new SequenceChecker(DEFAULTS, Map.of(modality, new InputLimit(overLong, 2)))
                .check(given, STANDARD);
        boolean refuses = overLong == OverLong.REJECT || overLong == OverLong.FAIL;
        Set<Rule> rule = Set.of(Rule.tooLongFor(modality));
        assertThat(check.refused()).isEqualTo(refuses ? rule : Set.of());
        assertThat(check.kept()).isEqualTo(refuses ? Set.of() : rule);
        assertThat(
                new SequenceChecker(DEFAULTS, Map.of(modality, new InputLimit(overLong, 3)))
                    .check(given, STANDARD)
                    .kept())
            .isEmpty();
      }
    }
  }

  @Test
  void anIncludedStopCountsForNucleotidesAndNotForTheProtein() {
    Rules include = with(Policy.REJECT, 0, StartCodon.AUG, StopCodon.INCLUDE);
    InputLimit three = new InputLimit(OverLong.REJECT, 3);
    SequenceCheck check =
        new SequenceChecker(
                include, Map.of(Modality.DNA, three, Modality.RNA, three, Modality.PROTEIN, three))
            .check("ATGGCTGATTAA", STANDARD);
    assertThat(check.refused()).containsExactlyInAnyOrder(TOO_LONG_FOR_DNA, TOO_LONG_FOR_RNA);
  }

  @Test
  void rulesRefuseImpossiblePoliciesAndLengths() {
    assertThatThrownBy(() -> with(Policy.TRIM, 0, StartCodon.AUG, StopCodon.EXCLUDE))
        .hasMessage("too-long cannot be trim");
    assertThatThrownBy(() -> with(Policy.REJECT, -1, StartCodon.AUG, StopCodon.EXCLUDE))
        .hasMessageContaining("max-codons must be 0");
    assertThatThrownBy(() -> new InputLimit(OverLong.REJECT, -1))
        .hasMessage("max-codons must not be negative, was -1");
  }

  @Test
  void anyTextIsEitherRefusedWithReasonsOrReadableCodonByCodon() {
    Random random = new Random(3);
    for (int n = 0; n < 5000; n++) {
      StringBuilder text = new StringBuilder();
      String alphabet = n % 3 == 0 ? "ACGTUNacgtun" : "ACGTNacgtu-R* \u2603";
      for (int i = random.nextInt(40); i > 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      Rules rules = random.nextBoolean() ? DEFAULTS : LENIENT;
      SequenceCheck check = new SequenceChecker(rules, Map.of()).check(text.toString(), STANDARD);
      assertThat(check.sequence().isPresent()).isEqualTo(check.refused().isEmpty());
      Set<Rule> both = new HashSet<>(check.kept());
      both.retainAll(check.refused());
      assertThat(both).isEmpty();
      check.sequence().ifPresent(s -> assertReadable(s, rules));
    }
  }

  private static void assertReadable(CodingSequence sequence, Rules rules) {
    EncoderInput dna = EncoderInput.of(sequence, Modality.DNA, rules, InputLimit.NONE);
    EncoderInput rna = EncoderInput.of(sequence, Modality.RNA, rules, InputLimit.NONE);
    EncoderInput protein = EncoderInput.of(sequence, Modality.PROTEIN, rules, InputLimit.NONE);
    assertThat(dna.text()).matches("([ACGTN]{3})+").isEqualTo(rna.text().replace('U', 'T'));
    assertThat(protein.text()).matches("[A-Z]+").hasSize(protein.codons());
    assertThat(rna.codons()).isEqualTo(protein.codons()).isEqualTo(dna.codons());
  }

  @Test
  void theICodonRowsBreakTheRulesThatAreOnRecord() throws Exception {
    SequenceChecker checker = new SequenceChecker(DEFAULTS, Map.of());
    Map<Rule, Integer> counts = new EnumMap<>(Rule.class);
    int refused = 0;
    Set<String> given = new HashSet<>();
    Set<String> accepted = new HashSet<>();
    List<String> lines = SharedData.lines("icodon_testing.csv.gz").stream().skip(1).toList();
    for (String line : lines) {
      SequenceCheck check = checker.check(line.split(",", 3)[1], STANDARD);
      check.refused().forEach(rule -> counts.merge(rule, 1, Integer::sum));
      refused += check.refused().isEmpty() ? 0 : 1;
      given.add(check.givenId().orElseThrow());
      check.sequence().ifPresent(s -> accepted.add(s.id()));
    }
    assertThat(lines).hasSize(7576);
    assertThat(refused).isEqualTo(161);
    assertThat(counts).isEqualTo(Map.of(NO_START_CODON, 114, NO_STOP_CODON, 47, INTERNAL_STOP, 19));
    assertThat(given).hasSize(3444);
    assertThat(accepted).hasSize(3311);
  }

  @Test
  void windowsWithoutAFrameAreAllKeptByKeepPolicies() throws Exception {
    SequenceChecker checker = new SequenceChecker(LENIENT, Map.of());
    List<String> lines =
        SharedData.lines("openvaccine_ryos_train1589.csv.gz").stream().skip(1).toList();
    for (String line : lines) {
      SequenceCheck check = checker.check(line.split(",", 4)[2], STANDARD);
      assertThat(check.refused()).isEmpty();
    }
    assertThat(lines).hasSize(1589);
  }

  private static Set<Rule> rules(String names) {
    return names == null
        ? EnumSet.noneOf(Rule.class)
        : Set.of(names.split(" ")).stream().map(Rule::valueOf).collect(Collectors.toSet());
  }

  private static Rules with(Policy tooLong, int maxCodons, StartCodon start, StopCodon stop) {
    Policy reject = Policy.REJECT;
    return new Rules(
        reject, reject, reject, reject, reject, tooLong, reject, reject, 1, maxCodons, start, stop);
  }
}
