package io.codonloom.tensor;

import io.codonloom.UserException;
import io.codonloom.sequence.ContentHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file, read by memory map: eight bytes with the length of the header, the header as
 * JSON, then the tensors' bytes without a gap. The whole header is checked when the file is opened.
 *
 * @see <a href="https://huggingface.co/docs/safetensors">the format</a>
 */
public final class SafetensorsFile {
  private static final int CHUNK_BYTES = 1 << 20;

  private final Path path;
  private final SafetensorsHeader header;
  private String sha256;

  private SafetensorsFile(Path path, SafetensorsHeader header) {
    this.path = path;
    this.header = header;
  }

  /**
   * Reads and checks the header.
   *
   * @throws UserException if the file is missing, is no safetensors file, or is cut short
   */
  public static SafetensorsFile open(Path path) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return new SafetensorsFile(path, SafetensorsHeader.read(path, channel));
    } catch (NoSuchFileException e) {
      throw new UserException("There is no file " + path, e);
    } catch (IOException e) {
      throw new UserException("%s cannot be read: %s".formatted(path, e.getMessage()), e);
    }
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /** The names of all tensors, in the header's order. */
  public Set<String> names() {
    return Collections.unmodifiableSet(header.entries().keySet());
  }

  /** The header's free text. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(header.metadata());
  }

  /** The shape of a tensor, without mapping it. */
  public List<Long> shape(String name) {
    return entry(name).shape();
  }

  /** The element type of a tensor, without mapping it. */
  public TensorType type(String name) {
    return entry(name).type();
  }

  /**
   * The tensor of that name, its bytes mapped from the file.
   *
   * @throws UserException if there is none, or it has 2 GiB or more
   */
  public Tensor tensor(String name) {
    SafetensorsHeader.Entry entry = entry(name);
    long length = entry.end() - entry.begin();
    if (length > Integer.MAX_VALUE) {
      throw new UserException(
          String.format(
              Locale.ROOT, "%s: tensor %s has %d bytes, more than 2 GiB", path, name, length));
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer bytes =
          length == 0
              ? ByteBuffer.allocate(0)
              : channel.map(FileChannel.MapMode.READ_ONLY, entry.begin(), length);
      return new Tensor(entry.type(), entry.shape(), bytes);
    } catch (IOException e) {
      throw new UserException("%s cannot be read: %s".formatted(path, e.getMessage()), e);
    }
  }

  /**
   * A tensor of numbers that are neither infinite nor NaN. They are not looked through again where
   * {@link #sha256} has seen them.
   *
   * @throws UserException if there is none of that name, or a number is not finite
   */
  public synchronized Tensor finiteTensor(String name) {
    Tensor tensor = tensor(name);
    if (sha256 == null) {
      requireFinite(name, tensor.type(), tensor.bytes());
    }
    return tensor;
  }

  private void requireFinite(String name, TensorType type, ByteBuffer bytes) {
    if (!FiniteNumbers.all(type, bytes)) {
      throw new UserException(
          "%s: tensor %s holds NaN or infinity; the file is damaged or its training diverged"
              .formatted(path, name));
    }
  }

  /**
   * SHA-256 of the file, 64 hexadecimal digits; computed at the first call, which reads every byte
   * and so checks as well that all numbers are finite.
   *
   * @throws UserException if they are not
   */
  public synchronized String sha256() {
    if (sha256 == null) {
      MessageDigest digest = ContentHash.sha256();
      ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
        List<Map.Entry<String, SafetensorsHeader.Entry>> inOrder =
            new ArrayList<>(header.entries().entrySet());
        inOrder.sort(Comparator.comparingLong(one -> one.getValue().begin()));
        long dataStart = inOrder.isEmpty() ? channel.size() : inOrder.get(0).getValue().begin();
        while (channel.position() < dataStart) {
          digest.update(next(channel, dataStart, buffer));
        }
        for (Map.Entry<String, SafetensorsHeader.Entry> one : inOrder) {
          while (channel.position() < one.getValue().end()) {
            ByteBuffer chunk = next(channel, one.getValue().end(), buffer);
            requireFinite(one.getKey(), one.getValue().type(), chunk);
            digest.update(chunk);
          }
        }
      } catch (IOException e) {
        throw new UserException("%s cannot be read: %s".formatted(path, e.getMessage()), e);
      }
      sha256 = HexFormat.of().formatHex(digest.digest());
    }
    return sha256;
  }

  /** The next bytes of the file, at most up to {@code end}, and only whole elements. */
  private static ByteBuffer next(FileChannel channel, long end, ByteBuffer buffer)
      throws IOException {
    buffer.clear().limit((int) Math.min(buffer.capacity(), end - channel.position()));
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new IOException("the file ended while it was read");
      }
    }
    return buffer.flip();
  }

  private SafetensorsHeader.Entry entry(String name) {
    SafetensorsHeader.Entry entry = header.entries().get(name);
    if (entry == null) {
      throw new UserException("%s has no tensor %s".formatted(path, name));
    }
    return entry;
  }
}
