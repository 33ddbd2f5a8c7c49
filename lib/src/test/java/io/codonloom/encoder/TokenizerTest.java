package io.codonloom.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TokenizerTest {
  @ParameterizedTest
  @CsvSource({
    "'',             <cls>",
    "A,              <cls> A",
    "ATGGCC,         <cls> ATGGCC",
    "ATGGCCTTT,      <cls> ATGGCC T T T",
    "augGCC,         <cls> ATGGCC",
    "N,              <cls> N",
    "NATGGCC,        <cls> N ATGGCC",
    "ATGNGCC,        <cls> A T G N G C C",
    "ATGGCCNATGGCC,  <cls> ATGGCC N ATGGCC",
    "ATGGCCTNATGGCCA, <cls> ATGGCC T N ATGGCC A",
    "NNATGGCC,       <cls> N N ATGGCC",
    "ATGGCCN,        <cls> ATGGCC N",
  })
  void dnaIsReadInSixMersThatStartAnewAfterEveryN(String text, String words) {
    assertThat(words(Family.NUCLEOTIDE_TRANSFORMER, text)).isEqualTo(words);
  }

  @Test
  void twoHundredAndFiftyOneBasesAre47Tokens() {
    String text = RandomCheckpoint.text("ACGT", 251, 1);
    assertThat(published(Family.NUCLEOTIDE_TRANSFORMER).tokenize(text).count()).isEqualTo(47);
  }

  @Test
  void dnaWordsHaveTheirPublishedNumbers() {
    Tokens tokens = published(Family.NUCLEOTIDE_TRANSFORMER).tokenize("AAAAAAAAAAATGGGGGGATCGN");
    // AAAAAA is the first 6-mer, AAAAAT the second, GGGGGG the last.
    assertThat(tokens.ids()).containsExactly(3, 6, 7, 4101, 4102, 4103, 4104, 4105, 4106);
  }

  @Test
  void rnaIsReadLetterByLetter() {
    assertThat(published(Family.RNA_FM).tokenize("AcgUTtNX").ids())
        .containsExactly(1, 6, 7, 8, 9, 9, 9, 10, 22, 2);
  }

  @Test
  void proteinIsReadResidueByResidue() {
    assertThat(published(Family.ESM2).tokenize("MkTXU").ids())
        .containsExactly(0, 20, 15, 11, 24, 26, 2);
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void everyCharacterBelongsToExactlyOneToken(Family family) {
    SplittableRandom random = new SplittableRandom(3);
    String letters = family == Family.ESM2 ? "ACDEFGHIKLMNPQRSTVWXY" : "ACGACGACGN";
    for (int round = 0; round < 300; round++) {
      String text = RandomCheckpoint.text(letters, random.nextInt(200), round);
      Tokens tokens = published(family).tokenize(text);
      int position = 0;
      for (int i = 0; i < tokens.count(); i++) {
        if (tokens.starts()[i] < tokens.ends()[i]) {
          assertThat(tokens.starts()[i]).isEqualTo(position);
          position = tokens.ends()[i];
        }
      }
      assertThat(position).isEqualTo(text.length());
      assertThat(published(family).count(text, 0, text.length())).isEqualTo(tokens.count());
    }
  }

  @Test
  void aLetterOutsideTheVocabularyIsRefusedWithItsPlace() {
    assertThatThrownBy(() -> published(Family.ESM2).tokenize("MK*L"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("character '*' at position 2");
    assertThatThrownBy(() -> published(Family.NUCLEOTIDE_TRANSFORMER).tokenize("ATGRCC"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("'ATGRCC' at position 0");
  }

  @Test
  void theCheckpointsOwnVocabularyWins(@TempDir Path folder) throws IOException {
    // The order of the original RNA-FM package.
    Files.write(
        folder.resolve("vocab.txt"),
        List.of("<cls>", "<pad>", "<eos>", "<unk>", "A", "C", "G", "U", "N", "<mask>"));
    Tokenizer tokenizer =
        Tokenizer.of(Family.RNA_FM, Vocabulary.open(folder, Vocabulary.published(Family.RNA_FM)));
    assertThat(tokenizer.tokenize("ACGTUN").ids()).containsExactly(0, 4, 5, 6, 7, 7, 8, 2);
  }

  @Test
  void aVocabularyWithAWordTwiceIsRefused(@TempDir Path folder) throws IOException {
    Files.write(folder.resolve("vocab.txt"), List.of("<cls>", "A", "A"));
    assertThatThrownBy(() -> Vocabulary.open(folder, Vocabulary.published(Family.RNA_FM)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("vocab.txt holds the word 'A' twice");
  }

  private static Tokenizer published(Family family) {
    return Tokenizer.of(family, Vocabulary.published(family));
  }

  private static String words(Family family, String text) {
    Vocabulary vocabulary = Vocabulary.published(family);
    return IntStream.of(published(family).tokenize(text).ids())
        .mapToObj(id -> vocabulary.words().get(id))
        .collect(Collectors.joining(" "));
  }
}
