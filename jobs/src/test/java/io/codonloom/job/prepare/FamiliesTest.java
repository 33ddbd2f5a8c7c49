package io.codonloom.job.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FamiliesTest {
  @Test
  void membersThatAreLinkedThroughOthersAreOneFamilyCalledAfterItsSmallest() {
    Random random = new Random(8);
    for (int trial = 0; trial < 200; trial++) {
      int members = 1 + random.nextInt(40);
      long[] smallest = new long[members];
      for (int i = 0; i < members; i++) {
        smallest[i] = i;
      }
      Families families = new Families();
      for (int link = 0; link < members; link++) {
        int one = random.nextInt(members);
        int other = random.nextInt(members);
        boolean apart = smallest[one] != smallest[other];
        long low = Math.min(smallest[one], smallest[other]);
        long high = Math.max(smallest[one], smallest[other]);
        for (int i = 0; i < members; i++) {
          smallest[i] = smallest[i] == high ? low : smallest[i];
        }
        assertThat(families.join(one, other)).isEqualTo(apart);
      }
      long[][] found = families.members();
      for (int i = 0; i < found[0].length; i++) {
        assertThat(found[1][i]).isEqualTo(smallest[(int) found[0][i]]);
      }
    }
  }
}
