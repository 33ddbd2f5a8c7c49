package io.codonloom.job.embed;

import io.codonloom.UserException;
import io.codonloom.embedding.CodonEncoder;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.encoder.Device;
import io.codonloom.encoder.Encoder;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;

/**
 * The loaded encoders of this JVM: one for each specification, shared by all tasks that run side by
 * side. Opening one closes those that no task uses.
 */
final class EncoderSessions {
  private static final Map<EncoderSpec, Shared> OPEN = new HashMap<>();

  private EncoderSessions() {}

  private static final class Shared {
    private final Encoder encoder;
    private final AtomicInteger users = new AtomicInteger();

    private Shared(Encoder encoder) {
      this.encoder = encoder;
    }
  }

  /** The right to use an encoder until it is closed. */
  static final class Lease implements AutoCloseable {
    private final Shared shared;
    private final CodonEncoder codons;

    private Lease(EncoderSpec spec, Shared shared) {
      this.shared = shared;
      this.codons = new CodonEncoder(shared.encoder, spec.windows(), spec.dtype());
      shared.users.incrementAndGet();
    }

    CodonEncoder encoder() {
      return codons;
    }

    @Override
    public void close() {
      shared.users.decrementAndGet();
    }
  }

  /** Loads the encoder, or shares the loaded one. */
  static synchronized Lease lease(EncoderSpec spec, Configuration conf) throws IOException {
    Shared shared = OPEN.get(spec);
    if (shared == null) {
      closeIdle();
      shared = new Shared(open(spec, conf));
      OPEN.put(spec, shared);
    }
    return new Lease(spec, shared);
  }

  private static Encoder open(EncoderSpec spec, Configuration conf) throws IOException {
    Checkpoint checkpoint = Checkpoint.open(spec.files().local(conf));
    if (!checkpoint.fingerprint(spec.settings()).equals(spec.encoderFingerprint())) {
      throw new UserException(
          "%s is not the same checkpoint on this machine as where the job was started"
              .formatted(spec.files().uri()));
    }
    return Encoder.open(checkpoint, spec.modality(), spec.settings(), Device.CPU);
  }

  /** Closes what no task uses. */
  static synchronized void closeIdle() {
    OPEN.values()
        .removeIf(
            shared -> {
              boolean idle = shared.users.get() == 0;
              if (idle) {
                shared.encoder.close();
              }
              return idle;
            });
  }
}
