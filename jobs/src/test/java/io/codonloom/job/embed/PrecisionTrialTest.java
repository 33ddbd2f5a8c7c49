package io.codonloom.job.embed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.codonloom.config.Encoding;
import io.codonloom.config.Encoding.Processor;
import io.codonloom.encoder.Precision;
import io.codonloom.workspace.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrecisionTrialTest {
  @TempDir Path folder;

  @Test
  void anInt8StoreSaysHowFarItsEncodersAreFromSinglePrecision() throws IOException {
    EmbedFixture fixture = new EmbedFixture(folder).dataset("a", EmbedFixture.genes(), 1);
    fixture.encoding(new Encoding(Processor.CPU, Precision.INT8, 1, 16384, 0));
    fixture.embed("a");
    for (String modality : new String[] {"dna", "rna", "protein"}) {
      JsonNode error = errors(fixture).path(modality).path("precisionError");
      assertThat(error.path("texts").asInt()).isEqualTo(8);
      assertThat(error.path("relative").asDouble()).as(modality).isBetween(1e-3, 0.2);
      assertThat(error.path("leastCosine").asDouble()).as(modality).isBetween(0.9, 1.0);
    }
  }

  @Test
  void inSinglePrecisionThereIsNothingToMeasure() throws IOException {
    EmbedFixture fixture = new EmbedFixture(folder).dataset("a", EmbedFixture.genes(), 1);
    fixture.embed("a");
    assertThat(errors(fixture).path("rna").path("precisionError").isNull()).isTrue();
  }

  private static JsonNode errors(EmbedFixture fixture) throws IOException {
    return Manifest.read(fixture.conf, fixture.workspace.embedManifest("s")).orElseThrow().counts();
  }
}
