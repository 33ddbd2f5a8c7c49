package io.codonloom.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProteinKmersTest {
  private static String protein(Random random, int length, String letters) {
    StringBuilder protein = new StringBuilder();
    for (int i = 0; i < length; i++) {
      protein.append(letters.charAt(random.nextInt(letters.length())));
    }
    return protein.toString();
  }

  private static Set<String> kmers(String protein, int k) {
    Set<String> kmers = new HashSet<>();
    for (int i = 0; i + k <= protein.length(); i++) {
      String kmer = protein.substring(i, i + k);
      if (!kmer.contains("X")) {
        kmers.add(kmer);
      }
    }
    return kmers;
  }

  @Test
  void sharesAreThoseOfTheSetsOfKmers() {
    Random random = new Random(3);
    for (int trial = 0; trial < 300; trial++) {
      int k = 1 + random.nextInt(ProteinKmers.MAX_LENGTH);
      String one = protein(random, random.nextInt(60), "ACX");
      String other =
          random.nextBoolean() ? one.substring(one.length() / 3) : protein(random, 50, "AC");
      long[] first = ProteinKmers.of(one, k);
      long[] second = ProteinKmers.of(other, k);
      assertThat(first).hasSize(kmers(one, k).size());

      Set<String> common = new HashSet<>(kmers(one, k));
      common.retainAll(kmers(other, k));
      Set<String> all = new HashSet<>(kmers(one, k));
      all.addAll(kmers(other, k));
      int fewer = Math.min(first.length, second.length);
      assertThat(ProteinKmers.share(first, second))
          .isCloseTo(fewer == 0 ? 0 : (double) common.size() / fewer, within(1e-12));
      assertThat(ProteinKmers.jaccard(first, second))
          .isCloseTo(all.isEmpty() ? 0 : (double) common.size() / all.size(), within(1e-12));
    }
  }

  @Test
  void aFragmentSharesAllAndAnUnrelatedProteinNothing() {
    Random random = new Random(4);
    String letters = "ACDEFGHIKLMNPQRSTVWY";
    String protein = protein(random, 400, letters);
    long[] whole = ProteinKmers.of(protein, 5);
    assertThat(ProteinKmers.share(whole, ProteinKmers.of(protein.substring(100, 160), 5)))
        .isEqualTo(1);
    assertThat(ProteinKmers.share(whole, ProteinKmers.of(protein(random, 400, letters), 5)))
        .isLessThan(0.02);
  }
}
