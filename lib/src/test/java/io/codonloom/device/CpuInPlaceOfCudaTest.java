package io.codonloom.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With a script in the place of nvidia-smi. */
class CpuInPlaceOfCudaTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"Tesla V100-SXM2-32GB,7.0", "NVIDIA A100,8.0", "NVIDIA L40S,8.9"})
  void aCardThatTheBackendRunsOnTrains(String name, String capability) throws IOException {
    assertThat(reason("echo '%s, %s'".formatted(name, capability), null)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"NVIDIA H200,9.0,sm_90", "NVIDIA B200,10.0,sm_100"})
  void aNewerCardGetsOneLineThatNamesIt(String name, String capability, String sm)
      throws IOException {
    Optional<String> reason =
        reason("echo 'NVIDIA A100, 8.0'; echo '%s, %s'".formatted(name, capability), null);
    assertThat(reason).get().asString().contains(name, sm, "newer than sm_89").doesNotContain("\n");
  }

  @Test
  void noDriverGetsOneLine() {
    Optional<String> reason =
        CpuInPlaceOfCuda.reason(folder.resolve("none").toString(), null, some -> List.of());
    assertThat(reason).get().asString().contains("driver is not installed").doesNotContain("\n");
  }

  @Test
  void librariesThatAreMissingAreNamed() throws IOException {
    Optional<String> reason =
        CpuInPlaceOfCuda.reason(
            script("echo 'NVIDIA A100, 8.0'"), null, some -> some.subList(1, 3));
    assertThat(reason)
        .get()
        .asString()
        .contains("libcublas.so.11, libcublasLt.so.11", "CUDA 11")
        .doesNotContain("libcudart");
  }

  @Test
  void onlyVisibleCardsCount() throws IOException {
    String program =
        "case \"$*\" in *--id=1) echo 'NVIDIA A100, 8.0';; *) echo 'NVIDIA H100, 9.0';; esac";
    assertThat(reason(program, "1")).isEmpty();
    assertThat(reason(program, "0,2")).isPresent();
    assertThat(reason(program, "")).contains("no GPU is visible to this process");
    assertThat(reason(program, "1 --help")).contains("no GPU is visible to this process");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo 'NVIDIA-SMI has failed'; exit 9",
        "echo 'NVIDIA A100, [N/A]'",
        "echo 'NVIDIA A100, 8'",
        "yes 'NVIDIA A100, 8.0' | head -n 9999"
      })
  void whatIsNoListOfCardsMeansTheCpu(String program) throws IOException {
    assertThat(reason(program, null)).get().asString().contains("nvidia-smi").doesNotContain("\n");
  }

  private Optional<String> reason(String program, String visible) throws IOException {
    return CpuInPlaceOfCuda.reason(script(program), visible, some -> List.of());
  }

  private String script(String program) throws IOException {
    Path script = folder.resolve("nvidia-smi");
    Files.writeString(script, "#!/bin/sh\n" + program + "\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script.toString();
  }
}
