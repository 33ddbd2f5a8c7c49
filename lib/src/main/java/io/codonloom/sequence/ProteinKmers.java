package io.codonloom.sequence;

import java.util.Arrays;

/** A protein as the set of its k-mers, the runs of k residues: how alike two proteins are. */
public final class ProteinKmers {
  /** The longest k-mer that fits a number. */
  public static final int MAX_LENGTH = 12;

  private static final String RESIDUES = "ACDEFGHIKLMNPQRSTVWY";

  private ProteinKmers() {}

  /**
   * The distinct k-mers, each a number of its own, in an order that is none of the residues', so
   * that the first ones are a sample. A k-mer with any other letter than the 20 amino acids' is
   * left out.
   */
  public static long[] of(String protein, int k) {
    long[] kmers = new long[Math.max(0, protein.length() - k + 1)];
    int count = 0;
    for (int start = 0; start < kmers.length; start++) {
      long code = code(protein, start, k);
      if (code >= 0) {
        kmers[count++] = mixed(code);
      }
    }
    return Arrays.stream(kmers, 0, count).sorted().distinct().toArray();
  }

  private static long code(String protein, int start, int k) {
    long code = 1;
    for (int i = start; i < start + k; i++) {
      int residue = RESIDUES.indexOf(protein.charAt(i));
      if (residue < 0) {
        return -1;
      }
      code = code << 5 | residue;
    }
    return code;
  }

  /** Steele, Lea and Flood's finalizer ("SplitMix", 2014): no two numbers become the same one. */
  private static long mixed(long code) {
    long z = code + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** How many k-mers two proteins have in common. */
  private static int common(long[] one, long[] other) {
    int common = 0;
    for (int i = 0, j = 0; i < one.length && j < other.length; ) {
      int order = Long.compare(one[i], other[j]);
      common += order == 0 ? 1 : 0;
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
    }
    return common;
  }

  /**
   * What part of the k-mers of the one that has fewer the other has too; 0 where one has none. A
   * fragment of a protein shares all of its own.
   */
  public static double share(long[] one, long[] other) {
    int fewer = Math.min(one.length, other.length);
    return fewer == 0 ? 0 : (double) common(one, other) / fewer;
  }

  /** Common k-mers among all that either has (Jaccard); 0 where both have none. */
  public static double jaccard(long[] one, long[] other) {
    int common = common(one, other);
    int all = one.length + other.length - common;
    return all == 0 ? 0 : (double) common / all;
  }
}
