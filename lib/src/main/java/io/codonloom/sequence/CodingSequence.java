package io.codonloom.sequence;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A coding sequence: mRNA in the alphabet A C G U N, whole codons, the genetic code that it is read
 * in, and which of its codons are selenocysteines. Equal sequences have equal {@link #id}s,
 * whatever file, case or alphabet they came in.
 */
public final class CodingSequence {
  private static final int[] NONE = {};

  private final String rna;
  private final GeneticCode code;
  private final int[] selenocysteines;
  private String id;

  /** Of a text that is known to be normalized. */
  CodingSequence(String rna, GeneticCode code) {
    this(rna, code, NONE);
  }

  /**
   * The same with selenocysteines.
   *
   * @param selenocysteines the indices of their codons, sorted
   */
  CodingSequence(String rna, GeneticCode code, int[] selenocysteines) {
    this.rna = rna;
    this.code = code;
    this.selenocysteines = selenocysteines;
  }

  /**
   * Of DNA or RNA in any case.
   *
   * @throws IllegalArgumentException if the text holds another character than A C G T U N, or is
   *     not made of whole codons
   */
  public static CodingSequence of(String text, GeneticCode code) {
    return of(text, code, NONE);
  }

  /**
   * The same with selenocysteines.
   *
   * @param selenocysteines the indices of their codons, sorted
   */
  public static CodingSequence of(String text, GeneticCode code, int[] selenocysteines) {
    NucleotideText normalized = NucleotideText.of(text);
    if (normalized.firstIllegal() >= 0) {
      throw new IllegalArgumentException(
          "'"
              + normalized.text().charAt(normalized.firstIllegal())
              + "' at position "
              + normalized.firstIllegal()
              + " is none of A C G T U N");
    }
    if (normalized.text().length() % 3 != 0) {
      throw new IllegalArgumentException(
          "a length of " + normalized.text().length() + " nt is not made of whole codons");
    }
    return new CodingSequence(normalized.text(), code, selenocysteines);
  }

  /** The mRNA, with its stop if it has one. */
  public String rna() {
    return rna;
  }

  /** The code that it is read in. */
  public GeneticCode code() {
    return code;
  }

  /**
   * The content hash of the mRNA, its code and its selenocysteines, if it has any: 32 hexadecimal
   * digits.
   */
  public String id() {
    if (id == null) {
      id = id(rna, code, selenocysteines);
    }
    return id;
  }

  static String id(String rna, GeneticCode code) {
    return id(rna, code, NONE);
  }

  private static String id(String rna, GeneticCode code, int[] selenocysteines) {
    String recoded =
        Arrays.stream(selenocysteines)
            .mapToObj(codon -> "U" + (codon + 1))
            .collect(Collectors.joining(" "));
    return ContentHash.of(
        "codonloom:sequence:1\n" + code.hashName() + (recoded.isEmpty() ? "" : " " + recoded), rna);
  }

  /** The indices of the codons that are selenocysteines, sorted. */
  public int[] selenocysteines() {
    return selenocysteines.clone();
  }

  /** Whether a codon is a selenocysteine. */
  boolean hasSelenocysteines() {
    return selenocysteines.length > 0;
  }

  /** Whether the last codon is a stop. */
  boolean endsWithStop() {
    int last = rna.length() / 3 - 1;
    return last >= 0
        && code.isStop(rna, 3 * last)
        && Arrays.binarySearch(selenocysteines, last) < 0;
  }

  /** The first codons alone. */
  CodingSequence first(int codons) {
    return new CodingSequence(
        rna.substring(0, 3 * codons),
        code,
        Arrays.stream(selenocysteines).takeWhile(codon -> codon < codons).toArray());
  }

  /** How many codons there are besides a final stop: the residues of the protein. */
  public int residues() {
    return rna.length() / 3 - (endsWithStop() ? 1 : 0);
  }

  /** How many codons a modality's text has. */
  public int codons(Modality modality, StopCodon stop) {
    return modality == Modality.PROTEIN || stop == StopCodon.EXCLUDE
        ? residues()
        : rna.length() / 3;
  }

  /**
   * What an encoder of the modality reads: DNA in A C G T N, RNA in A C G U N, or one letter for
   * each amino acid with X where it is not known or at an internal stop, and U for selenocysteine.
   * The protein never has the final stop.
   */
  public String text(Modality modality, StartCodon start, StopCodon stop) {
    String read = rna.substring(0, 3 * codons(modality, stop));
    return switch (modality) {
      case RNA -> read;
      case DNA -> NucleotideText.dna(read);
      case PROTEIN -> translate(read, start);
    };
  }

  private String translate(String read, StartCodon start) {
    byte[] protein = code.residues(read, read.length() / 3);
    for (int i = 0; i < protein.length; i++) {
      if (protein[i] == GeneticCode.STOP) {
        protein[i] = GeneticCode.UNKNOWN;
      }
    }
    for (int codon : selenocysteines) {
      protein[codon] = GeneticCode.SELENOCYSTEINE;
    }
    if (start == StartCodon.TABLE && protein.length > 0 && code.isStart(read, 0)) {
      protein[0] = 'M';
    }
    return new String(protein, StandardCharsets.ISO_8859_1);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CodingSequence that
        && rna.equals(that.rna)
        && code == that.code
        && Arrays.equals(selenocysteines, that.selenocysteines);
  }

  @Override
  public int hashCode() {
    return 31 * rna.hashCode() + code.id();
  }

  @Override
  public String toString() {
    return rna;
  }
}
