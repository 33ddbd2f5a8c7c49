package io.codonloom.encoder;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.codonloom.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A safetensors file, read by memory map: eight bytes with the length of the header, the header as
 * JSON, then the tensors' bytes without a gap. The whole header is checked when the file is opened.
 *
 * @see <a href="https://huggingface.co/docs/safetensors">the format</a>
 */
public final class SafetensorsFile {
  /** The reference implementation's own limit. */
  private static final long MAX_HEADER_BYTES = 100_000_000;

  private static final String METADATA = "__metadata__";

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Where a tensor lies: {@code begin} and {@code end} are positions in the file. */
  private record Entry(TensorType type, List<Long> shape, long begin, long end) {}

  private final Path path;
  private final Map<String, Entry> entries;
  private final Map<String, String> metadata;

  private SafetensorsFile(Path path, Map<String, Entry> entries, Map<String, String> metadata) {
    this.path = path;
    this.entries = entries;
    this.metadata = metadata;
  }

  /**
   * Reads and checks the header.
   *
   * @throws UserException if the file is missing, is no safetensors file, or is cut short
   */
  public static SafetensorsFile open(Path path) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return read(path, channel);
    } catch (NoSuchFileException e) {
      throw new UserException("There is no file " + path, e);
    } catch (IOException e) {
      throw new UserException("%s cannot be read: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static SafetensorsFile read(Path path, FileChannel channel) throws IOException {
    long size = channel.size();
    byte[] start = bytes(channel, 0, (int) Math.min(8, size));
    refuseOtherFormats(path, start);
    if (size < 8) {
      throw refusal(path, "it is only " + size + " bytes long");
    }
    long length = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 2 || length > MAX_HEADER_BYTES || length > size - 8) {
      throw refusal(
          path,
          "its first 8 bytes name a header of %s bytes in a file of %d"
              .formatted(Long.toUnsignedString(length), size));
    }
    JsonNode header = parse(path, bytes(channel, 8, (int) length));
    Map<String, String> metadata = new TreeMap<>();
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : header.properties()) {
      if (field.getKey().equals(METADATA)) {
        for (Map.Entry<String, JsonNode> one : field.getValue().properties()) {
          metadata.put(one.getKey(), one.getValue().asText());
        }
      } else {
        entries.put(
            field.getKey(), entry(path, field.getKey(), field.getValue(), 8 + length, size));
      }
    }
    requireNoGaps(path, entries, 8 + length, size);
    return new SafetensorsFile(path, entries, Collections.unmodifiableMap(metadata));
  }

  private static void refuseOtherFormats(Path path, byte[] start) {
    if (start.length >= 2 && start[0] == 'P' && start[1] == 'K') {
      throw refusal(path, "it is a zip archive, as torch.save writes; convert it to safetensors");
    }
    // A pickle starts with the opcode PROTO and the protocol's number. As a header's length the
    // same
    // bytes are possible only where the upper ones are zero.
    if (start.length >= 4 && (start[0] & 0xff) == 0x80 && start[1] >= 2 && start[1] <= 5) {
      boolean shortHeader = start.length == 8 && start[4] == 0 && start[5] == 0 && start[6] == 0;
      if (!shortHeader) {
        throw refusal(path, "it is a Python pickle, which is never read; convert it");
      }
    }
  }

  private static JsonNode parse(Path path, byte[] json) {
    try {
      JsonNode header = JSON.readTree(json);
      if (!header.isObject()) {
        throw refusal(path, "its header is no JSON object");
      }
      return header;
    } catch (JsonProcessingException e) {
      UserException refusal =
          refusal(path, "its header is no valid JSON: " + e.getOriginalMessage());
      refusal.initCause(e);
      throw refusal;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Entry entry(Path path, String name, JsonNode node, long dataStart, long size) {
    TensorType type;
    try {
      type = TensorType.valueOf(node.path("dtype").asText());
    } catch (IllegalArgumentException e) {
      throw new UserException(
          "%s: tensor %s has the unknown dtype %s".formatted(path, name, node.path("dtype")), e);
    }
    List<Long> shape = new ArrayList<>();
    long elements = 1;
    for (JsonNode dimension : node.path("shape")) {
      long extent = dimension.isIntegralNumber() ? dimension.asLong(-1) : -1;
      if (extent < 0 || (extent > 0 && elements > Long.MAX_VALUE / 8 / extent)) {
        throw refusal(path, "tensor %s has the shape %s".formatted(name, node.path("shape")));
      }
      elements *= extent;
      shape.add(extent);
    }
    JsonNode offsets = node.path("data_offsets");
    long begin = offsets.path(0).asLong(-1);
    long end = offsets.path(1).asLong(-1);
    if (!node.path("shape").isArray() || offsets.size() != 2 || begin < 0 || end < begin) {
      throw refusal(path, "the entry of tensor %s is malformed".formatted(name));
    }
    if (end - begin != elements * type.bytes()) {
      throw refusal(
          path,
          "tensor %s, %s%s, has %d bytes instead of %d"
              .formatted(name, type, shape, end - begin, elements * type.bytes()));
    }
    if (end > size - dataStart) {
      throw refusal(
          path,
          "it ends at byte %d, inside tensor %s; the file was cut short, fetch it again"
              .formatted(size, name));
    }
    return new Entry(type, List.copyOf(shape), dataStart + begin, dataStart + end);
  }

  private static void requireNoGaps(
      Path path, Map<String, Entry> entries, long dataStart, long size) {
    List<Entry> inOrder = new ArrayList<>(entries.values());
    inOrder.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long position = dataStart;
    for (Entry entry : inOrder) {
      if (entry.begin() != position) {
        throw refusal(path, "its tensors overlap or leave a gap at byte " + position);
      }
      position = entry.end();
    }
    if (position != size) {
      throw refusal(path, "%d bytes follow the last tensor".formatted(size - position));
    }
  }

  private static UserException refusal(Path path, String reason) {
    return new UserException("%s is not a usable safetensors file: %s".formatted(path, reason));
  }

  private static byte[] bytes(FileChannel channel, long position, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IOException("the file ended while it was read");
      }
    }
    return buffer.array();
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /** The names of all tensors, in the header's order. */
  public Set<String> names() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  /** The header's free text. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** The shape of a tensor, without mapping it. */
  List<Long> shape(String name) {
    return entry(name).shape();
  }

  /** The element type of a tensor, without mapping it. */
  TensorType type(String name) {
    return entry(name).type();
  }

  /**
   * The tensor of that name, its bytes mapped from the file.
   *
   * @throws UserException if there is none, or it has 2 GiB or more
   */
  public Tensor tensor(String name) {
    Entry entry = entry(name);
    long length = entry.end() - entry.begin();
    if (length > Integer.MAX_VALUE) {
      throw new UserException(
          "%s: tensor %s has %d bytes, more than 2 GiB".formatted(path, name, length));
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

  private Entry entry(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new UserException("%s has no tensor %s".formatted(path, name));
    }
    return entry;
  }
}
