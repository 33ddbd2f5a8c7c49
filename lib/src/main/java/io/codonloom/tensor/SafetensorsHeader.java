package io.codonloom.tensor;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.codonloom.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The header of a safetensors file, checked against the file: every tensor lies inside it, none
 * overlap, no byte is left over.
 *
 * @param entries where each tensor lies, in the header's order
 * @param metadata the header's free text
 */
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {
  /** The reference implementation's own limit. */
  private static final long MAX_BYTES = 100_000_000;

  private static final String METADATA = "__metadata__";
  private static final byte[] LFS_POINTER = "version ".getBytes(StandardCharsets.US_ASCII);

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Where a tensor lies: {@code begin} and {@code end} are positions in the file. */
  record Entry(TensorType type, List<Long> shape, long begin, long end) {}

  static SafetensorsHeader read(Path path, FileChannel channel) throws IOException {
    long size = channel.size();
    byte[] start = bytes(channel, 0, (int) Math.min(8, size));
    refuseOtherFormats(path, start);
    if (size < 8) {
      throw refusal(path, "it is only " + size + " bytes long");
    }
    long length = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 2 || length > MAX_BYTES || length > size - 8) {
      throw refusal(
          path,
          String.format(
              Locale.ROOT,
              "its first 8 bytes name a header of %s bytes in a file of %d",
              Long.toUnsignedString(length),
              size));
    }
    JsonNode header = parse(path, bytes(channel, 8, (int) length));
    Map<String, String> metadata = new TreeMap<>();
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : header.properties()) {
      if (field.getKey().equals(METADATA)) {
        readMetadata(path, field.getValue(), metadata);
      } else {
        entries.put(
            field.getKey(), entry(path, field.getKey(), field.getValue(), 8 + length, size));
      }
    }
    requireNoGaps(path, entries, 8 + length, size);
    return new SafetensorsHeader(entries, metadata);
  }

  private static void refuseOtherFormats(Path path, byte[] start) {
    if (start.length >= 2 && start[0] == 'P' && start[1] == 'K') {
      throw refusal(path, "it is a zip archive, as torch.save writes; convert it to safetensors");
    }
    if (Arrays.equals(start, LFS_POINTER)) {
      throw refusal(path, "it is a pointer of Git LFS; fetch the file itself with 'git lfs pull'");
    }
    // A pickle starts with the opcode PROTO and the protocol's number. As a header's length the
    // same bytes are possible only where the upper ones are zero.
    if (start.length >= 4 && (start[0] & 0xff) == 0x80 && start[1] >= 2 && start[1] <= 5) {
      boolean shortHeader = start.length == 8 && start[4] == 0 && start[5] == 0 && start[6] == 0;
      if (!shortHeader) {
        throw refusal(path, "it is a Python pickle, which is never read; convert it");
      }
    }
  }

  private static JsonNode parse(Path path, byte[] json) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
      JsonNode header = JSON.readTree(text);
      if (!header.isObject()) {
        throw refusal(path, "its header is no JSON object");
      }
      return header;
    } catch (CharacterCodingException e) {
      throw refusal(path, "its header is no UTF-8", e);
    } catch (JsonProcessingException e) {
      throw refusal(path, "its header is no valid JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static void readMetadata(Path path, JsonNode node, Map<String, String> metadata) {
    for (Map.Entry<String, JsonNode> one : node.properties()) {
      metadata.put(one.getKey(), one.getValue().asText());
    }
    if (!node.isObject() || !node.properties().stream().allMatch(e -> e.getValue().isTextual())) {
      throw refusal(path, METADATA + " is no map from text to text");
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
      long extent = naturalNumber(dimension);
      if (extent < 0 || (extent > 0 && elements > Long.MAX_VALUE / 8 / extent)) {
        throw refusal(path, "tensor %s has the shape %s".formatted(name, node.path("shape")));
      }
      elements *= extent;
      shape.add(extent);
    }
    JsonNode offsets = node.path("data_offsets");
    long begin = naturalNumber(offsets.path(0));
    long end = naturalNumber(offsets.path(1));
    if (!node.path("shape").isArray() || offsets.size() != 2 || begin < 0 || end < begin) {
      throw refusal(path, "the entry of tensor %s is malformed".formatted(name));
    }
    if (end - begin != elements * type.bytes()) {
      throw refusal(
          path,
          String.format(
              Locale.ROOT,
              "tensor %s, %s%s, has %d bytes instead of %d",
              name,
              type,
              shape,
              end - begin,
              elements * type.bytes()));
    }
    if (end > size - dataStart) {
      throw refusal(
          path,
          String.format(
              Locale.ROOT,
              "it ends at byte %d, inside tensor %s; the file was cut short, fetch it again",
              size,
              name));
    }
    return new Entry(type, List.copyOf(shape), dataStart + begin, dataStart + end);
  }

  /** The number, or −1 for anything that is none or does not fit. */
  private static long naturalNumber(JsonNode node) {
    return node.isIntegralNumber() && node.canConvertToLong() ? node.asLong() : -1;
  }

  private static void requireNoGaps(
      Path path, Map<String, Entry> entries, long dataStart, long size) {
    List<Map.Entry<String, Entry>> inOrder = new ArrayList<>(entries.entrySet());
    inOrder.sort(
        Comparator.comparingLong((Map.Entry<String, Entry> one) -> one.getValue().begin())
            .thenComparingLong(one -> one.getValue().end()));
    long position = dataStart;
    for (Map.Entry<String, Entry> one : inOrder) {
      long begin = one.getValue().begin();
      if (begin != position) {
        throw refusal(
            path,
            String.format(
                Locale.ROOT,
                "tensor %s %s %d bytes",
                one.getKey(),
                begin < position ? "overlaps the one before it by" : "comes after a gap of",
                Math.abs(begin - position)));
      }
      position = one.getValue().end();
    }
    if (position != size) {
      throw refusal(
          path, String.format(Locale.ROOT, "%d bytes follow the last tensor", size - position));
    }
  }

  private static UserException refusal(Path path, String reason) {
    return new UserException("%s is not a usable safetensors file: %s".formatted(path, reason));
  }

  private static UserException refusal(Path path, String reason, Exception cause) {
    UserException refusal = refusal(path, reason);
    refusal.initCause(cause);
    return refusal;
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
}
