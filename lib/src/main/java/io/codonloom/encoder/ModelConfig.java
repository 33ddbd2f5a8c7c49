package io.codonloom.encoder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.codonloom.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A checkpoint's config.json, read as data. */
final class ModelConfig {
  private static final long MAX_BYTES = 10_000_000;

  private final Path file;
  private final JsonNode root;

  private ModelConfig(Path file, JsonNode root) {
    this.file = file;
    this.root = root;
  }

  static ModelConfig open(Path file) {
    return new ModelConfig(file, json(file));
  }

  /** A JSON object from a file. */
  static JsonNode json(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new UserException("There is no file " + file);
      }
      if (Files.size(file) > MAX_BYTES) {
        throw new UserException(file + " is too large");
      }
      JsonNode node = new ObjectMapper().readTree(Files.readAllBytes(file));
      if (!node.isObject()) {
        throw new UserException(file + " holds no JSON object");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new UserException("%s is no valid JSON: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new UserException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** A whole number between the bounds. */
  int integer(String key, int min, int max) {
    JsonNode node = root.path(key);
    if (!node.isInt() || node.asInt() < min || node.asInt() > max) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "%s: %s must be a whole number between %d and %d, was %s",
              file,
              key,
              min,
              max,
              node.isMissingNode() ? "missing" : node));
    }
    return node.asInt();
  }

  /** A positive number; {@code absent} where it is missing or null. */
  double positive(String key, double absent) {
    JsonNode node = root.path(key);
    if (node.isMissingNode() || node.isNull()) {
      return absent;
    }
    if (!node.isNumber() || !(node.asDouble() > 0) || Double.isInfinite(node.asDouble())) {
      throw new UserException(
          "%s: %s must be a positive number, was %s".formatted(file, key, node));
    }
    return node.asDouble();
  }

  String text(String key) {
    return root.path(key).asText("");
  }

  /** A flag; {@code absent} where it is missing or null. */
  boolean flag(String key, boolean absent) {
    JsonNode node = root.path(key);
    if (node.isMissingNode() || node.isNull()) {
      return absent;
    }
    if (!node.isBoolean()) {
      throw new UserException("%s: %s must be true or false, was %s".formatted(file, key, node));
    }
    return node.asBoolean();
  }

  /**
   * Checks a key that may be absent.
   *
   * @throws UserException if it has another value than those that are supported
   */
  void requireOneOf(String key, String... supported) {
    JsonNode node = root.path(key);
    if (!node.isMissingNode() && !node.isNull() && !List.of(supported).contains(node.asText())) {
      throw new UserException(
          "%s: %s = %s is not supported, only %s"
              .formatted(file, key, node.asText(), String.join(" and ", supported)));
    }
  }
}
