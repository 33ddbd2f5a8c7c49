package io.codonloom.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.codonloom.encoder.TokenVectors;
import io.codonloom.encoder.Tokens;
import io.codonloom.sequence.Modality;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CodonAlignmentTest {
  private static final int DIM = 5;
  private static final Offset<Float> ROUNDING = within(1e-6f);

  /** Spans as the tokenizers give them; special tokens have NaN vectors, so that a leak shows. */
  private static TokenVectors vectors(List<int[]> spans, SplittableRandom random) {
    int[] starts = spans.stream().mapToInt(span -> span[0]).toArray();
    int[] ends = spans.stream().mapToInt(span -> span[1]).toArray();
    float[] values = new float[spans.size() * DIM];
    for (int i = 0; i < values.length; i++) {
      boolean special = starts[i / DIM] == ends[i / DIM];
      values[i] = special ? Float.NaN : (float) (random.nextDouble() * 2 - 1);
    }
    return new TokenVectors(new Tokens(new int[spans.size()], starts, ends), DIM, values);
  }

  private static List<int[]> letters(int length) {
    List<int[]> spans = new ArrayList<>();
    spans.add(new int[] {0, 0});
    for (int i = 0; i < length; i++) {
      spans.add(new int[] {i, i + 1});
    }
    spans.add(new int[] {length, length});
    return spans;
  }

  /** An own 6-mer cut, so that it does not share a mistake with the tokenizer. */
  private static List<int[]> sixMers(String text) {
    List<int[]> spans = new ArrayList<>();
    spans.add(new int[] {0, 0});
    int at = 0;
    for (String run : text.split("(?<=N)|(?=N)", -1)) {
      int whole = run.length() / 6 * 6;
      for (int i = 0; i < whole; i += 6) {
        spans.add(new int[] {at + i, at + i + 6});
      }
      for (int i = whole; i < run.length(); i++) {
        spans.add(new int[] {at + i, at + i + 1});
      }
      at += run.length();
    }
    return spans;
  }

  @Test
  void proteinVectorsAreTheResiduesOwn() {
    SplittableRandom random = new SplittableRandom(1);
    for (int codons = 0; codons < 60; codons++) {
      TokenVectors vectors = vectors(letters(codons), random);
      float[] aligned = CodonAlignment.codonVectors(vectors, Modality.PROTEIN, codons);
      for (int i = 0; i < codons * DIM; i++) {
        assertThat(aligned[i]).isEqualTo(vectors.values()[DIM + i]);
      }
    }
  }

  @Test
  void rnaVectorsAreTheMeanOfThree() {
    SplittableRandom random = new SplittableRandom(2);
    for (int codons = 0; codons < 60; codons++) {
      TokenVectors vectors = vectors(letters(3 * codons), random);
      float[] aligned = CodonAlignment.codonVectors(vectors, Modality.RNA, codons);
      assertThat(aligned).hasSize(codons * DIM);
      for (int codon = 0; codon < codons; codon++) {
        for (int d = 0; d < DIM; d++) {
          float sum = 0;
          for (int n = 0; n < 3; n++) {
            sum += vectors.values()[(1 + 3 * codon + n) * DIM + d];
          }
          assertThat(aligned[codon * DIM + d]).isCloseTo(sum / 3, ROUNDING);
        }
      }
    }
  }

  @Test
  void dnaVectorsAreThoseOfTheCoveringSixMerAndTheMeanOverASingleBaseTail() {
    SplittableRandom random = new SplittableRandom(3);
    for (int codons = 1; codons < 60; codons++) {
      TokenVectors vectors = vectors(sixMers("A".repeat(3 * codons)), random);
      float[] aligned = CodonAlignment.codonVectors(vectors, Modality.DNA, codons);
      for (int codon = 0; codon < codons; codon++) {
        boolean tail = codons % 2 == 1 && codon == codons - 1;
        int token = 1 + codon / 2;
        for (int d = 0; d < DIM; d++) {
          float expected = vectors.values()[token * DIM + d];
          if (tail) {
            expected += vectors.values()[(token + 1) * DIM + d];
            expected += vectors.values()[(token + 2) * DIM + d];
            expected /= 3;
          }
          assertThat(aligned[codon * DIM + d]).isCloseTo(expected, tail ? ROUNDING : within(0f));
        }
      }
    }
  }

  @Test
  void aroundNEveryCodonIsTheMeanOverItsThreeNucleotides() {
    SplittableRandom random = new SplittableRandom(4);
    for (int round = 0; round < 500; round++) {
      int codons = 1 + random.nextInt(60);
      StringBuilder text = new StringBuilder();
      int density = 2 + random.nextInt(40);
      for (int i = 0; i < 3 * codons; i++) {
        text.append(random.nextInt(density) == 0 ? 'N' : 'C');
      }
      TokenVectors vectors = vectors(sixMers(text.toString()), random);
      float[] aligned = CodonAlignment.codonVectors(vectors, Modality.DNA, codons);
      for (int codon = 0; codon < codons; codon++) {
        for (int d = 0; d < DIM; d++) {
          float sum = 0;
          for (int nucleotide = 3 * codon; nucleotide < 3 * codon + 3; nucleotide++) {
            sum += vectors.values()[covering(vectors.tokens(), nucleotide) * DIM + d];
          }
          assertThat(aligned[codon * DIM + d]).isCloseTo(sum / 3, ROUNDING);
        }
      }
    }
  }

  private static int covering(Tokens tokens, int nucleotide) {
    for (int i = 0; i < tokens.count(); i++) {
      if (tokens.starts()[i] <= nucleotide && nucleotide < tokens.ends()[i]) {
        return i;
      }
    }
    throw new AssertionError(nucleotide);
  }

  @Test
  void aCodonWithoutATokenIsAnError() {
    SplittableRandom random = new SplittableRandom(5);
    assertThatThrownBy(
            () -> CodonAlignment.codonVectors(vectors(letters(8), random), Modality.RNA, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cover 8 of 9 nucleotides: codon 2 has no vector");
    assertThatThrownBy(
            () -> CodonAlignment.codonVectors(vectors(letters(10), random), Modality.RNA, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("beyond the last of 3 codons");
    List<int[]> gap = List.of(new int[] {0, 3}, new int[] {4, 6});
    assertThatThrownBy(() -> CodonAlignment.codonVectors(vectors(gap, random), Modality.DNA, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("covers nucleotides 4 to 6, but the one before it ends at 3");
  }
}
