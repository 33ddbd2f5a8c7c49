package io.codonloom.encoding;

import io.codonloom.UserException;
import io.codonloom.device.Device;
import io.codonloom.device.ExecutorPlace;
import io.codonloom.device.TaskDevice;
import io.codonloom.embedding.CodonEncoder;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.encoder.Encoder;
import io.codonloom.encoder.engine.Encoders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
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

  /** A loaded encoder; its fields are for who holds the lock of this class. */
  private static final class Shared {
    private final Encoder encoder;
    private int users;

    /** Whether its last user closes it. */
    private boolean retired;

    private Shared(Encoder encoder) {
      this.encoder = encoder;
    }
  }

  /** The right to use an encoder until it is closed. */
  public static final class Lease implements AutoCloseable {
    private final Shared shared;
    private final EncoderSpec spec;
    private final CodonEncoder codons;
    private boolean closed;

    private Lease(EncoderSpec spec, Shared shared) {
      this.shared = shared;
      this.spec = spec;
      this.codons = new CodonEncoder(shared.encoder, spec.windows(), spec.dtype());
      shared.users++;
    }

    /** The encoder in batches as its specification wants them, for some inputs. */
    public BatchEncoder batches() {
      return BatchEncoder.of(codons, spec);
    }

    @Override
    public void close() {
      end(this);
    }
  }

  /**
   * Loads the encoder on the task's device, or shares the one loaded there.
   *
   * @throws UserException if the checkpoint or the device cannot be used; says on which machine
   */
  public static synchronized Lease lease(EncoderSpec spec, Configuration conf) throws IOException {
    try {
      Place place = new Place(spec, TaskDevice.of(spec.encoding()));
      Shared shared = OPEN.get(place);
      if (shared == null) {
        retire(other -> !other.spec().equals(spec) && OPEN.get(other).users == 0);
        shared = new Shared(open(place, conf));
        OPEN.put(place, shared);
      }
      return new Lease(spec, shared);
    } catch (IOException | RuntimeException e) {
      if (!ExecutorPlace.isExecutor()) {
        throw e;
      }
      throw new UserException(
          "the %s encoder cannot be loaded by %s: %s"
              .formatted(
                  spec.modality().id(),
                  ExecutorPlace.here(),
                  e instanceof UserException ? e.getMessage() : e.toString()),
          e);
    }
  }

  private static synchronized void end(Lease lease) {
    if (!lease.closed) {
      lease.closed = true;
      lease.shared.users--;
      if (lease.shared.users == 0 && lease.shared.retired) {
        lease.shared.encoder.close();
      }
    }
  }

  private static Encoder open(Place place, Configuration conf) throws IOException {
    EncoderSpec spec = place.spec();
    Checkpoint checkpoint = Checkpoint.open(spec.files().local(conf));
    if (!checkpoint.fingerprint(spec.settings()).equals(spec.encoderFingerprint())) {
      throw new UserException(
          "%s is not the same checkpoint on this machine as where the job was started"
              .formatted(spec.files().uri()));
    }
    return Encoders.open(checkpoint, spec.modality(), spec.settings(), place.device());
  }

  /**
   * Closes all encoders of this JVM: now what no task uses, the others when their last task ends.
   */
  static synchronized void close() {
    retire(place -> true);
  }

  /** How many encoders this JVM keeps for tasks to come. */
  static synchronized int count() {
    return OPEN.size();
  }

  private static void retire(Predicate<Place> which) {
    for (Place place : new ArrayList<>(OPEN.keySet())) {
      if (which.test(place)) {
        Shared shared = OPEN.remove(place);
        shared.retired = true;
        if (shared.users == 0) {
          shared.encoder.close();
        }
      }
    }
  }
}
