package io.codonloom.model;

import io.codonloom.embedding.CodonVectors;
import io.codonloom.sequence.Modality;
import java.util.Arrays;

/**
 * A sequence's own letters as codon vectors, for networks with {@link
 * io.codonloom.fusion.Features#ONE_HOT}: three blocks of A, C, G, T or U for a codon of DNA or RNA,
 * the 20 amino acids in the order of their letters for a residue. A letter that stands for several,
 * such as N or X, gets no 1, and neither does selenocysteine (U), which is none of the 20.
 */
public final class OneHot implements CodonVectors {
  private static final String BASES = "ACGT";
  private static final String RESIDUES = "ACDEFGHIKLMNPQRSTVWY";

  private final String letters;
  private final String alphabet;
  private final int perCodon;

  private OneHot(String letters, String alphabet, int perCodon) {
    this.letters = letters;
    this.alphabet = alphabet;
    this.perCodon = perCodon;
  }

  /** How many numbers a codon has in that modality: 12, or 20 for protein. */
  public static int dim(Modality modality) {
    return modality == Modality.PROTEIN ? RESIDUES.length() : 3 * BASES.length();
  }

  /**
   * The vectors of a sequence as {@code sequences/} has it; a last codon that is not whole is left
   * out.
   */
  public static CodonVectors of(Modality modality, String sequence) {
    return modality == Modality.PROTEIN
        ? new OneHot(sequence, RESIDUES, 1)
        : new OneHot(sequence.replace('U', 'T'), BASES, 3);
  }

  @Override
  public int startCodon() {
    return 0;
  }

  @Override
  public int endCodon() {
    return letters.length() / perCodon;
  }

  @Override
  public int dim() {
    return perCodon * alphabet.length();
  }

  @Override
  public void copyTo(float[] target, int offset) {
    int count = endCodon() * perCodon;
    Arrays.fill(target, offset, offset + count * alphabet.length(), 0);
    for (int i = 0; i < count; i++) {
      int letter = alphabet.indexOf(letters.charAt(i));
      if (letter >= 0) {
        target[offset + i * alphabet.length() + letter] = 1;
      }
    }
  }
}
