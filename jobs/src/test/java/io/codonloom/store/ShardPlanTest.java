package io.codonloom.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShardPlanTest {
  @Test
  void bandsArePowersOfTheSquareRootOfTwo() {
    for (int codons = 1; codons < 100_000; codons++) {
      double exact = 2 * Math.log(codons) / Math.log(2);
      assertThat((double) ShardPlan.band(codons)).isBetween(exact - 1 - 1e-9, exact + 1e-9);
    }
    assertThat(ShardPlan.band(1)).isZero();
    assertThat(ShardPlan.band(1024)).isEqualTo(20);
    assertThat(ShardPlan.band(Integer.MAX_VALUE)).isEqualTo(61);
  }

  @Test
  void aShardsNameHoldsItsBand() {
    assertThat(ShardPlan.bandOf("g0012-b07-0345")).isEqualTo(7);
    assertThat(ShardPlan.bandOf("g0001-b20-12345")).isEqualTo(20);
  }
}
