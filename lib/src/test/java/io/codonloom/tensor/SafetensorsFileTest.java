package io.codonloom.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.UserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsFileTest {
  @TempDir Path folder;

  @Test
  void readsWhatTheWriterWrote() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("b", Tensor.of(new float[] {1, -2.5f, 3, 4, 5, 6}, 2, 3));
    tensors.put("a \"quoted\" ü", Tensor.of(new float[] {7}));
    tensors.put("none", Tensor.of(new float[0], 0, 4));
    SafetensorsFile file = SafetensorsFile.open(write(tensors, Map.of("made by", "test")));
    assertThat(file.names()).containsExactly("b", "a \"quoted\" ü", "none");
    assertThat(file.metadata()).containsExactly(Map.entry("made by", "test"));
    assertThat(file.tensor("b").shape()).containsExactly(2L, 3L);
    assertThat(file.tensor("b").toFloats()).containsExactly(1, -2.5f, 3, 4, 5, 6);
    assertThat(file.tensor("a \"quoted\" ü").toFloats()).containsExactly(7);
    assertThat(file.tensor("none").toFloats()).isEmpty();
  }

  @Test
  void equalTensorsGiveEqualBytes() throws IOException {
    Map<String, Tensor> tensors = Map.of("x", Tensor.of(new float[] {1, 2}, 2));
    assertThat(Files.readAllBytes(write(tensors, Map.of())))
        .isEqualTo(Files.readAllBytes(write(tensors, Map.of())));
  }

  @Test
  void readsHalfPrecisionAsFloats() throws IOException {
    ByteBuffer half = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    half.putShort(0, Half.fromFloat(0.5f)).putShort(2, Half.fromFloat(-3));
    ByteBuffer brain = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
    brain.putShort(0, (short) (Float.floatToRawIntBits(1.5f) >>> 16));
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("half", new Tensor(TensorType.F16, List.of(2L), half));
    tensors.put("brain", new Tensor(TensorType.BF16, List.of(1L), brain));
    SafetensorsFile file = SafetensorsFile.open(write(tensors, Map.of()));
    assertThat(file.tensor("half").toFloats()).containsExactly(0.5f, -3);
    assertThat(file.tensor("brain").toFloats()).containsExactly(1.5f);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "no JSON | is no valid JSON",
        "[1, 2] | is no JSON object",
        "{\"x\": {\"dtype\": \"F31\", \"shape\": [1], \"data_offsets\": [0, 4]}} | tensor x has the unknown dtype",
        "{\"x\": {\"dtype\": \"F32\", \"shape\": [-1], \"data_offsets\": [0, 4]}} | tensor x has the shape",
        "{\"x\": {\"dtype\": \"F32\", \"shape\": [4294967296, 4294967296], \"data_offsets\": [0, 4]}} | tensor x has the shape",
        "{\"x\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 4]}} | tensor x, F32[2], has 4 bytes instead of 8",
        "{\"x\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [8, 0]}} | the entry of tensor x is malformed",
        "{\"x\": {\"dtype\": \"F32\", \"shape\": [9], \"data_offsets\": [0, 36]}} | inside tensor x; the file was cut short",
        "{\"x\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [4, 8]}} | tensor x comes after a gap of 4 bytes",
        "{\"x\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 8]}, \"y\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [4, 8]}} | tensor y overlaps the one before it by 4 bytes",
        "{\"x\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 18446744073709551620]}} | the entry of tensor x is malformed",
        "{\"x\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [\"0\", \"4\"]}} | the entry of tensor x is malformed",
        "{\"x\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0.5, 4.5]}} | the entry of tensor x is malformed",
        "{\"x\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4, 8]}} | the entry of tensor x is malformed",
        "{\"x\": {\"dtype\": \"F32\", \"shape\": 1, \"data_offsets\": [0, 4]}} | the entry of tensor x is malformed",
        "{\"x\": {\"dtype\": \"F32\", \"shape\": [18446744073709551617], \"data_offsets\": [0, 4]}} | tensor x has the shape",
        "{\"x\": {\"dtype\": \"F32\", \"shape\": [4611686018427387904, 0], \"data_offsets\": [0, 0]}} | tensor x has the shape",
        "{\"__metadata__\": 3} | __metadata__ is no map from text to text",
        "{\"__metadata__\": {\"a\": 1}} | __metadata__ is no map from text to text",
        "{} {} | is no valid JSON",
        "{\"x\" | is no valid JSON",
        "{\"x\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4]}} | 4 bytes follow the last tensor",
        "{\"x\": {}, \"x\": {}} | is no valid JSON: Duplicate field 'x'",
        "{\"x\": 3} | tensor x has the unknown dtype",
      })
  void refusesAHeaderThatDoesNotDescribeItsFile(String header, String reason) throws IOException {
    assertRefused(withHeader(header.getBytes(StandardCharsets.UTF_8)), reason);
  }

  /** A file of that header and eight bytes of data. */
  private static byte[] withHeader(byte[] header) {
    return ByteBuffer.allocate(header.length + 16)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  @Test
  void refusesAbsurdLengths() throws IOException {
    assertRefused(new byte[0], "only 0 bytes long");
    assertRefused(new byte[3], "only 3 bytes long");
    assertRefused(new byte[20], "a header of 0 bytes");
    byte[] huge = new byte[64];
    Arrays.fill(huge, 0, 8, (byte) 0xff);
    assertRefused(huge, "a header of 18446744073709551615 bytes in a file of 64");
  }

  @Test
  void refusesAHeaderThatIsDeeplyNestedNoUtf8OrTooLong() throws IOException {
    assertRefused(withHeader("[".repeat(5000).getBytes(StandardCharsets.UTF_8)), "no valid JSON");
    assertRefused(withHeader(new byte[] {'{', '"', (byte) 0xc3, '"', '}'}), "is no UTF-8");
    assertRefused(withHeader("{}".getBytes(StandardCharsets.UTF_16LE)), "is no valid JSON");
    Path sparse = folder.resolve("refused.safetensors");
    try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
      file.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(100_000_001).array());
      file.setLength(200_000_000);
    }
    assertThatThrownBy(() -> SafetensorsFile.open(sparse))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("a header of 100000001 bytes in a file of 200000000");
  }

  @Test
  void refusesADirectory() {
    assertThatThrownBy(() -> SafetensorsFile.open(folder))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(folder + " cannot be read");
  }

  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"F32", "F16", "BF16"})
  void namesTheTensorThatHoldsNanOrInfinity(TensorType type) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("sound", Tensor.of(new float[] {1, 2}, 2));
    tensors.put(
        "count", new Tensor(TensorType.I32, List.of(1L), ByteBuffer.allocate(4).putInt(0, -1)));
    ByteBuffer bytes = ByteBuffer.allocate(3 * type.bytes());
    bytes.put(2 * type.bytes() + type.bytes() - 2, (byte) 0xc0);
    bytes.put(2 * type.bytes() + type.bytes() - 1, (byte) 0xff);
    tensors.put("broken", new Tensor(type, List.of(3L), bytes));
    SafetensorsFile file = SafetensorsFile.open(write(tensors, Map.of()));
    file.finiteTensor("sound");
    file.finiteTensor("count");
    for (ThrowingCallable check :
        List.<ThrowingCallable>of(() -> file.finiteTensor("broken"), file::sha256)) {
      assertThatThrownBy(check)
          .isInstanceOf(UserException.class)
          .hasMessageContaining("good.safetensors: tensor broken holds NaN or infinity");
    }
  }

  @Test
  void theDigestIsThatOfTheWholeFile() throws Exception {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("long", Tensor.of(new float[300_001], 300_001));
    tensors.put("none", Tensor.of(new float[0], 0));
    tensors.put("short", Tensor.of(new float[] {3}));
    for (Map<String, Tensor> content : List.of(tensors, Map.<String, Tensor>of())) {
      Path file = write(content, Map.of("made by", "test"));
      byte[] expected = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      assertThat(SafetensorsFile.open(file).sha256()).isEqualTo(HexFormat.of().formatHex(expected));
    }
  }

  @Test
  void refusesOtherFormatsByName() throws IOException {
    assertRefused(
        "version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.UTF_8),
        "a pointer of Git LFS");
    assertRefused(new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0, 0}, "zip archive, as torch.save writes");
    assertRefused(
        new byte[] {(byte) 0x80, 2, (byte) 0x8a, 10, 'l', (byte) 0xfc, (byte) 0x9c, 'F', 0},
        "Python pickle");
  }

  @Test
  void refusesEveryTruncationOfAGoodFile() throws IOException {
    byte[] good =
        Files.readAllBytes(write(Map.of("x", Tensor.of(new float[] {1, 2, 3}, 3)), Map.of()));
    for (int length = 0; length < good.length; length++) {
      Path file = Files.write(folder.resolve("cut"), Arrays.copyOf(good, length));
      assertThatThrownBy(() -> SafetensorsFile.open(file))
          .isInstanceOf(UserException.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void namesTheFileAndTheTensorThatAreMissing() throws IOException {
    assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("nowhere")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("There is no file");
    SafetensorsFile file =
        SafetensorsFile.open(write(Map.of("x", Tensor.of(new float[] {1}, 1)), Map.of()));
    assertThatThrownBy(() -> file.tensor("y"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("has no tensor y");
  }

  private void assertRefused(byte[] content, String reason) throws IOException {
    Path file = Files.write(folder.resolve("refused.safetensors"), content);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("refused.safetensors")
        .hasMessageContaining(reason);
  }

  private Path write(Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SafetensorsWriter.write(bytes, tensors, metadata);
    return Files.write(folder.resolve("good.safetensors"), bytes.toByteArray());
  }
}
