package io.codonloom.job.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.job.doctor.Finding.State;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineTest {
  @ParameterizedTest
  @CsvSource({"17, OK", "21, WARNING", "11, WARNING", "24, PROBLEM", "25, PROBLEM"})
  void javaOtherThanTheTriedOneIsNamed(int feature, State state) {
    Finding finding = Machine.java(feature);
    assertThat(finding.state()).isEqualTo(state);
    assertThat(finding.advice().contains("JDK 17")).isEqualTo(state != State.OK);
  }

  @Test
  void aProcessorWithoutAvx2GetsOneLine() {
    String old =
        """
        processor\t: 0
        model name\t: Intel(R) Xeon(R) CPU E5-2670 0 @ 2.60GHz
        flags\t\t: fpu sse4_2 avx
        processor\t: 1
        flags\t\t: fpu sse4_2 avx
        """;
    Finding finding = Machine.processor(old);
    assertThat(finding.state()).isEqualTo(State.PROBLEM);
    assertThat(finding.found()).startsWith("Intel(R) Xeon(R) CPU E5-2670").endsWith("no AVX2");
    assertThat(finding.advice()).contains("need AVX2").doesNotContain("\n");

    Finding newer = Machine.processor(old.replace("avx\n", "avx avx2 avx512f\n"));
    assertThat(newer).extracting(Finding::state).isEqualTo(State.OK);
    assertThat(newer.found()).endsWith("avx2, avx512f");
  }

  @Test
  void nativeThreadsWithoutALimitAreAWarning() {
    assertThat(Machine.threads(null).state()).isEqualTo(State.WARNING);
    assertThat(Machine.threads("1").state()).isEqualTo(State.OK);
  }

  @Test
  void whateverACheckThrowsIsItsOwnProblem() {
    AtomicInteger calls = new AtomicInteger();
    Finding finding =
        Finding.of(
            "natives",
            () -> {
              calls.incrementAndGet();
              throw new UnsatisfiedLinkError("libfoo.so: no such file\nmore");
            });
    assertThat(calls).hasValue(1);
    assertThat(finding.state()).isEqualTo(State.PROBLEM);
    assertThat(finding.found())
        .isEqualTo("java.lang.UnsatisfiedLinkError: libfoo.so: no such file");
  }
}
