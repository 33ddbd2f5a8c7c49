package io.codonloom.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.config.EncoderConfig;
import io.codonloom.config.Encoding;
import io.codonloom.config.Store;
import io.codonloom.embedding.Dtype;
import io.codonloom.embedding.KeyedText;
import io.codonloom.encoder.EncoderOutput;
import io.codonloom.job.embed.EmbedFixture;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.OverLong;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpenEncodersTest {
  private final Configuration conf = new Configuration();

  @AfterEach
  void close() {
    OpenEncoders.close();
  }

  @Test
  void anEncoderInUseIsClosedByItsLastUser() throws IOException {
    EncoderSpec spec = spec(Dtype.FP16);
    OpenEncoders.Lease one = OpenEncoders.lease(spec, conf);
    OpenEncoders.Lease other = OpenEncoders.lease(spec, conf);
    assertThat(OpenEncoders.count()).isOne();

    OpenEncoders.close();
    assertThat(OpenEncoders.count()).isZero();
    one.close();
    one.close(); // counts once
    assertThat(encode(other)).hasSize(1);

    other.close();
    assertThatThrownBy(() -> encode(other)).isInstanceOf(IllegalStateException.class);
    try (OpenEncoders.Lease next = OpenEncoders.lease(spec, conf)) {
      assertThat(encode(next)).hasSize(1);
    }
  }

  @Test
  void openingOneClosesTheIdleOthers() throws IOException {
    OpenEncoders.lease(spec(Dtype.FP16), conf).close();
    assertThat(OpenEncoders.count()).isOne();
    try (OpenEncoders.Lease second = OpenEncoders.lease(spec(Dtype.FP32), conf)) {
      assertThat(OpenEncoders.count()).isOne();
      assertThat(encode(second)).hasSize(1);
    }
  }

  private EncoderSpec spec(Dtype dtype) throws IOException {
    EncoderConfig config =
        new EncoderConfig(
            EmbedFixture.checkpoint("esm2-tiny"), OverLong.REJECT, 0, 0, EncoderOutput.HIDDEN, -1);
    return EncoderSpec.of(
        conf, Modality.PROTEIN, config, new Store("s", dtype, 600), Encoding.DEFAULT);
  }

  private static List<String> encode(OpenEncoders.Lease lease) throws IOException {
    List<String> keys = new ArrayList<>();
    lease
        .batches()
        .encode(List.of(new KeyedText("k", "MKV")), embedding -> keys.add(embedding.key()));
    return keys;
  }
}
