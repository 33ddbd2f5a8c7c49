package io.codonloom.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressTest {
  @Test
  void saysCountShareRateAndTimeLeft() {
    assertThat(Progress.line("embed rna", "sequences", 1250, 5000, 10))
        .isEqualTo("embed rna: 1,250 of 5,000 sequences (25 %), 125/s, 30 s left");
    assertThat(Progress.line("train", "epochs", 1, 400, 20))
        .isEqualTo("train: 1 of 400 epochs (0 %), 0.05/s, 2 h 13 min left");
  }
}
