package io.codonloom.embedding;

import io.codonloom.encoder.TokenVectors;
import io.codonloom.encoder.Tokens;
import io.codonloom.sequence.Modality;
import java.util.Locale;

/**
 * One vector for each codon from the vectors of the tokens: the mean of the tokens' vectors,
 * weighted by how many of the codon's three nucleotides each token covers.
 *
 * <p>A residue covers its whole codon, so proteins are copied; a nucleotide covers a third, so RNA
 * is mean-pooled; a 6-mer covers two codons, so DNA is upsampled, and where single bases follow (at
 * the end of a text and around N) they are averaged. These are the three alignments of
 * BioLangFusion (arXiv 2506.08936, section 3.2). Special tokens cover nothing.
 */
final class CodonAlignment {
  private static final int CODON = 3;

  private CodonAlignment() {}

  /**
   * The codons' vectors.
   *
   * @param vectors of the text's tokens
   * @param modality of the text: a character stands for one nucleotide or for three
   * @param codons how many codons the text covers
   * @return [codons × dim], row-major
   * @throws IllegalArgumentException if the tokens do not cover each nucleotide of these codons
   *     exactly once, or cover more
   */
  static float[] codonVectors(TokenVectors vectors, Modality modality, int codons) {
    Tokens tokens = vectors.tokens();
    int dim = vectors.dim();
    int width = modality.nucleotidesPerCharacter();
    float[] result = new float[Math.multiplyExact(codons, dim)];
    int covered = 0;
    for (int token = 0; token < tokens.count(); token++) {
      int start = tokens.starts()[token] * width;
      int end = tokens.ends()[token] * width;
      if (start == end) {
        continue;
      }
      if (start != covered || end < start) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "token %d covers nucleotides %d to %d, but the one before it ends at %d",
                token,
                start,
                end,
                covered));
      }
      if (end > CODON * codons) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "token %d covers nucleotides %d to %d, beyond the last of %d codons",
                token,
                start,
                end,
                codons));
      }
      covered = end;
      for (int codon = start / CODON; codon * CODON < end; codon++) {
        int share = Math.min(end, (codon + 1) * CODON) - Math.max(start, codon * CODON);
        add(vectors.values(), token * dim, share, result, codon * dim, dim);
      }
    }
    if (covered != CODON * codons) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the tokens cover %d of %d nucleotides: codon %d has no vector",
              covered,
              CODON * codons,
              covered / CODON));
    }
    return result;
  }

  private static void add(float[] from, int fromAt, int share, float[] to, int toAt, int dim) {
    if (share == CODON) {
      System.arraycopy(from, fromAt, to, toAt, dim);
      return;
    }
    float weight = (float) share / CODON;
    for (int i = 0; i < dim; i++) {
      to[toAt + i] += weight * from[fromAt + i];
    }
  }
}
