package io.codonloom.device;

/**
 * Where an encoder runs.
 *
 * @param ordinal of the CUDA device, counted among those that the process sees; −1 for the CPU
 * @param memoryBytes the most that the intermediate results of one call may take; 0 for no limit
 */
public record Device(int ordinal, long memoryBytes) {
  /** The processor's cores, without a limit. */
  public static final Device CPU = new Device(-1, 0);

  public Device {
    if (ordinal < -1) {
      throw new IllegalArgumentException("ordinal must be -1 or more, was " + ordinal);
    }
    if (memoryBytes < 0) {
      throw new IllegalArgumentException("memoryBytes must not be negative, was " + memoryBytes);
    }
  }

  /** Whether it is a GPU. */
  public boolean isGpu() {
    return ordinal >= 0;
  }
}
