package io.codonloom.sequence;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * A translation table of the NCBI. A codon with N stands for every codon that it could be: it has a
 * residue, or is a start or a stop, only where all of those agree.
 *
 * <p>The codes 27, 28 and 31 read some codons as a residue inside a gene and as a stop at its end:
 * such a codon has a {@link #residue}, and is a {@linkplain #isStop stop} where it comes last.
 *
 * <p>Source: NCBI, <i>The Genetic Codes</i>, version 4.5.
 */
public final class GeneticCode {
  /**
   * Counts the times that tables of the NCBI's were corrected here: the second edition has GUG as a
   * start of code 3, and CUG as leucine in the codes 27 to 30.
   */
  public static final int EDITION = 2;

  private static final Set<Integer> CORRECTED = Set.of(3, 27, 28, 29, 30);

  /** The residue of a stop. */
  static final char STOP = '*';

  /** The residue of a codon whose possible readings differ. */
  static final char UNKNOWN = 'X';

  /** The residue of a UGA that a gene reads as selenocysteine. */
  static final char SELENOCYSTEINE = 'U';

  /** The order of the bases in the NCBI's tables, and N. */
  private static final String BASES = "UCAGN";

  private static final int N = 4;
  private static final int CODONS = 125;
  private static final byte[] BASE_OF = new byte[128];

  static {
    Arrays.fill(BASE_OF, (byte) N);
    for (int i = 0; i < BASES.length(); i++) {
      BASE_OF[BASES.charAt(i)] = (byte) i;
    }
    BASE_OF['T'] = BASE_OF['U'];
  }

  private static final NavigableMap<Integer, GeneticCode> CODES = new TreeMap<>();

  static {
    NcbiTables.forEach(
        (id, name, residues, signals) ->
            CODES.put(id, new GeneticCode(id, name, residues, signals)));
  }

  private final int id;
  private final String name;
  private final char[] residues = new char[CODONS];

  /** The same by the last three bits of each base's letter, which tell A C G U N apart. */
  private final byte[] byLastBits = new byte[512];

  private final boolean[] starts = new boolean[CODONS];
  private final boolean[] stops = new boolean[CODONS];

  /** Two strings of 64 characters, one for each codon in the order UUU, UUC, UUA, … GGG. */
  private GeneticCode(int id, String name, String residues, String signals) {
    this.id = id;
    this.name = name;
    for (int codon = 0; codon < CODONS; codon++) {
      char residue = 0;
      boolean start = true;
      boolean stop = true;
      for (int first : readings(codon / 25)) {
        for (int second : readings(codon / 5 % 5)) {
          for (int third : readings(codon % 5)) {
            int index = 16 * first + 4 * second + third;
            char one = residues.charAt(index);
            residue = residue == 0 || residue == one ? one : UNKNOWN;
            start &= signals.charAt(index) == 'M';
            stop &= signals.charAt(index) == STOP;
          }
        }
      }
      this.residues[codon] = residue;
      int bits =
          lastBits(BASES.charAt(codon / 25), BASES.charAt(codon / 5 % 5), BASES.charAt(codon % 5));
      this.byLastBits[bits] = (byte) residue;
      this.starts[codon] = start;
      this.stops[codon] = stop;
    }
  }

  private static int lastBits(int first, int second, int third) {
    return ((first & 7) << 6) | ((second & 7) << 3) | (third & 7);
  }

  private static int[] readings(int base) {
    return base == N ? new int[] {0, 1, 2, 3} : new int[] {base};
  }

  /**
   * The code of that number.
   *
   * @throws IllegalArgumentException if the NCBI has none
   */
  public static GeneticCode of(int id) {
    GeneticCode code = CODES.get(id);
    if (code == null) {
      throw new IllegalArgumentException(
          "no genetic code "
              + id
              + ": the NCBI's are "
              + String.join(", ", CODES.keySet().stream().map(String::valueOf).toList()));
    }
    return code;
  }

  /** Whether the NCBI has a code of that number. */
  public static boolean exists(int id) {
    return CODES.containsKey(id);
  }

  /** All codes by their number. */
  public static Iterable<GeneticCode> all() {
    return CODES.values();
  }

  /** The codes whose tables were other ones in that edition, by their number. */
  public static List<Integer> correctedSince(int edition) {
    return CODES.values().stream()
        .filter(code -> code.edition() > edition)
        .map(GeneticCode::id)
        .toList();
  }

  /** The {@link #EDITION} that this code's table is of. */
  public int edition() {
    return CORRECTED.contains(id) ? EDITION : 1;
  }

  /** What names the code and its table in hashes: data of a corrected table are others. */
  String hashName() {
    return edition() == 1 ? String.valueOf(id) : id + "." + edition();
  }

  /** The NCBI's number, 1 for the standard code. */
  public int id() {
    return id;
  }

  /** The NCBI's name. */
  public String name() {
    return name;
  }

  /**
   * The amino acid in one letter that a codon inside a gene reads as, {@link #STOP} or {@link
   * #UNKNOWN}.
   *
   * @param text DNA or RNA in upper case
   * @param position of the codon's first nucleotide
   */
  public char residue(String text, int position) {
    return residues[index(text, position)];
  }

  /**
   * The residues of the first codons of an mRNA, one character in Latin 1 for each: see {@link
   * #residue}. A whole sequence is read several times faster so than codon by codon.
   *
   * @param rna of A C G U N alone
   */
  byte[] residues(String rna, int codons) {
    byte[] bases = rna.getBytes(StandardCharsets.ISO_8859_1);
    byte[] read = new byte[codons];
    int i = 0;
    for (int codon = 0; codon < codons; codon++) {
      read[codon] = byLastBits[lastBits(bases[i], bases[i + 1], bases[i + 2])];
      i += 3;
    }
    return read;
  }

  /** Whether translation may start at this codon. */
  boolean isStart(String text, int position) {
    return starts[index(text, position)];
  }

  /** Whether this codon, where it is the last one, ends translation. */
  public boolean isStop(String text, int position) {
    return stops[index(text, position)];
  }

  private static int index(String text, int position) {
    return 25 * BASE_OF[text.charAt(position)]
        + 5 * BASE_OF[text.charAt(position + 1)]
        + BASE_OF[text.charAt(position + 2)];
  }

  @Override
  public String toString() {
    return id + " (" + name + ")";
  }
}
