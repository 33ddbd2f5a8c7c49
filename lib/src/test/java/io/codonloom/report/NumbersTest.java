package io.codonloom.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NumbersTest {
  @Test
  void writesNumbersAsReadersExpectThem() {
    assertThat(Numbers.count(1_234_567)).isEqualTo("1,234,567");
    assertThat(Numbers.count(-1)).isEqualTo("–");
    assertThat(Numbers.fixed(-0.5, 2)).isEqualTo("−0.50");
    assertThat(Numbers.fixed(-0.001, 2)).isEqualTo("0.00");
    assertThat(Numbers.fixed(Double.NaN, 2)).isEqualTo("–");
    assertThat(Numbers.significant(0.0042, 3)).isEqualTo("0.00420");
    assertThat(Numbers.significant(123456, 3)).isEqualTo("123456");
    assertThat(Numbers.significant(1.5e-7, 2)).isEqualTo("1.5e−7");
    assertThat(Numbers.shortest(5e-4)).isEqualTo("0.0005");
    assertThat(Numbers.shortest(1e-3 / 3)).isEqualTo("0.0003333");
    assertThat(Numbers.shortest(20)).isEqualTo("20");
    assertThat(Numbers.percent(47, 499)).isEqualTo("9.4 %");
    assertThat(Numbers.percent(0, 0)).isEqualTo("–");
  }

  @Test
  void writesSizesAndTimesInFittingUnits() {
    assertThat(Numbers.bytes(812)).isEqualTo("812 B");
    assertThat(Numbers.bytes(16_900_000)).isEqualTo("16.1 MiB");
    assertThat(Numbers.duration(8.34)).isEqualTo("8.3 s");
    assertThat(Numbers.duration(59.97)).isEqualTo("1 min 0 s");
    assertThat(Numbers.duration(134)).isEqualTo("2 min 14 s");
    assertThat(Numbers.duration(3900)).isEqualTo("1 h 5 min");
  }
}
