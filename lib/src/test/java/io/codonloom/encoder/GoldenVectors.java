package io.codonloom.encoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.codonloom.tensor.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * What an original implementation computed with a checkpoint: the checkpoint's folder golden, as
 * test-data/encoders/README.md describes it.
 */
final class GoldenVectors {
  /**
   * A real sequence.
   *
   * @param masked which letters are {@code <mask>} to the model
   * @param rows the tokens of which vectors are kept
   * @param tensors which outputs are kept
   */
  record Case(
      String id,
      String codingSequence,
      String sequence,
      List<Integer> tokenIds,
      List<Integer> masked,
      List<Integer> rows,
      List<String> tensors) {}

  /** How two vectors differ. */
  record Difference(double maxAbsolute, double cosine) {}

  private final SafetensorsFile tensors;
  private final List<Case> cases = new ArrayList<>();
  private final List<Integer> logitColumns;

  private GoldenVectors(JsonNode json, SafetensorsFile tensors) {
    this.tensors = tensors;
    this.logitColumns = integers(json.path("logit_columns"));
    for (JsonNode one : json.path("cases")) {
      List<Integer> ids = integers(one.path("token_ids"));
      List<Integer> rows = integers(one.path("rows"));
      List<String> names = new ArrayList<>();
      one.path("tensors").forEach(name -> names.add(name.asText()));
      cases.add(
          new Case(
              one.path("id").asText(),
              one.path("coding_sequence").asText(),
              one.path("sequence").asText(),
              ids,
              integers(one.path("masked")),
              rows.isEmpty() ? IntStream.range(0, ids.size()).boxed().toList() : rows,
              names));
    }
  }

  static GoldenVectors open(Path checkpoint) throws IOException {
    Path golden = checkpoint.resolve("golden");
    return new GoldenVectors(
        new ObjectMapper().readTree(Files.readString(golden.resolve("golden.json"))),
        SafetensorsFile.open(golden.resolve("golden.safetensors")));
  }

  List<Case> cases() {
    return cases;
  }

  /** The case's sequence as the checkpoint reads it. */
  static Tokens tokens(Checkpoint checkpoint, Case one) {
    Tokens tokens = checkpoint.tokenizer().tokenize(one.sequence());
    int[] ids = tokens.ids().clone();
    for (int letter : one.masked()) {
      ids[1 + letter] = checkpoint.vocabulary().id("<mask>");
    }
    return new Tokens(ids, tokens.starts(), tokens.ends());
  }

  /** Compares what is kept of an output with the same of {@code actual}. */
  Difference difference(Case one, String tensor, TokenVectors actual) {
    float[] expected = tensors.tensor(one.id() + "." + tensor).toFloats();
    List<Integer> columns =
        tensor.equals("logits") && !logitColumns.isEmpty()
            ? logitColumns
            : IntStream.range(0, actual.dim()).boxed().toList();
    if (expected.length != one.rows().size() * columns.size()) {
      throw new AssertionError(one.id() + "." + tensor + " has " + expected.length + " numbers");
    }
    double largest = 0;
    double product = 0;
    double expectedSquares = 0;
    double actualSquares = 0;
    int next = 0;
    for (int row : one.rows()) {
      for (int column : columns) {
        double a = expected[next++];
        double b = actual.values()[row * actual.dim() + column];
        // Math.max keeps NaN.
        largest = Math.max(largest, Math.abs(a - b));
        product += a * b;
        expectedSquares += a * a;
        actualSquares += b * b;
      }
    }
    return new Difference(largest, product / Math.sqrt(expectedSquares * actualSquares));
  }

  private static List<Integer> integers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asInt).toList();
  }
}
