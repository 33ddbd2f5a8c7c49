package io.codonloom.encoding;

import io.codonloom.UserException;
import io.codonloom.device.Device;
import io.codonloom.device.TaskDevice;
import io.codonloom.embedding.CodonEncoder;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.encoder.Encoder;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;

/**
 * The loaded encoders of this JVM: one for each specification and device, shared by all tasks that
 * run there side by side. Opening one closes those of other specifications that no task uses.
 */
public final class OpenEncoders {
  private static final Map<Place, Shared> OPEN = new HashMap<>();

  private OpenEncoders() {}

  private record Place(EncoderSpec spec, Device device) {}

  private static final class Shared {
    private final Encoder encoder;
    private final AtomicInteger users = new AtomicInteger();

    private Shared(Encoder encoder) {
      this.encoder = encoder;
    }
  }

  /** The right to use an encoder until it is closed. */
  public static final class Lease implements AutoCloseable {
    private final Shared shared;
    private final CodonEncoder codons;

    private Lease(EncoderSpec spec, Shared shared) {
      this.shared = shared;
      this.codons = new CodonEncoder(shared.encoder, spec.windows(), spec.dtype());
      shared.users.incrementAndGet();
    }

    public CodonEncoder encoder() {
      return codons;
    }

    @Override
    public void close() {
      shared.users.decrementAndGet();
    }
  }

  /**
   * Loads the encoder on the task's device, or shares the one loaded there.
   *
   * @throws UserException if the checkpoint or the device cannot be used
   */
  public static synchronized Lease lease(EncoderSpec spec, Configuration conf) throws IOException {
    Place place = new Place(spec, TaskDevice.of(spec.encoding()));
    Shared shared = OPEN.get(place);
    if (shared == null) {
      closeIdle(other -> !other.spec().equals(spec));
      shared = new Shared(open(place, conf));
      OPEN.put(place, shared);
    }
    return new Lease(spec, shared);
  }

  private static Encoder open(Place place, Configuration conf) throws IOException {
    EncoderSpec spec = place.spec();
    Checkpoint checkpoint = Checkpoint.open(spec.files().local(conf));
    if (!checkpoint.fingerprint(spec.settings()).equals(spec.encoderFingerprint())) {
      throw new UserException(
          "%s is not the same checkpoint on this machine as where the job was started"
              .formatted(spec.files().uri()));
    }
    return Encoder.open(checkpoint, spec.modality(), spec.settings(), place.device());
  }

  /** Closes what no task uses. */
  public static synchronized void closeIdle() {
    closeIdle(place -> true);
  }

  private static void closeIdle(Predicate<Place> which) {
    OPEN.entrySet()
        .removeIf(
            open -> {
              boolean idle = open.getValue().users.get() == 0 && which.test(open.getKey());
              if (idle) {
                open.getValue().encoder.close();
              }
              return idle;
            });
  }
}
