package io.codonloom.workspace;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.codonloom.UserException;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * What a stage did: written last, so that a stage without a manifest is not finished.
 *
 * @param stage {@code prepare}, {@code embed}, {@code train} or {@code report}
 * @param name of the dataset, store or run
 * @param fingerprint of everything that the result depends on; an equal one means that there is
 *     nothing to do
 * @param codeVersion the version of Codonloom
 * @param started in UTC, as ISO 8601
 * @param seconds wall time
 * @param environment JDK, operating system, processors, Spark version and master
 * @param settings the typed settings of the stage
 * @param fingerprints of inputs: files, weights, upstream stages
 * @param counts everything counted, by name; nested where a count has parts
 * @param checksums SHA-256 of the written files that have none of their own, by name
 */
public record Manifest(
    String stage,
    String name,
    String fingerprint,
    String codeVersion,
    String started,
    double seconds,
    Map<String, String> environment,
    JsonNode settings,
    Map<String, String> fingerprints,
    JsonNode counts,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> checksums) {

  /**
   * @throws IllegalArgumentException where one of the parts is missing that every stage writes
   */
  public Manifest {
    if (fingerprint == null
        || started == null
        || fingerprints == null
        || !(settings instanceof ObjectNode)
        || !(counts instanceof ObjectNode)) {
      throw new IllegalArgumentException("a part of it is missing");
    }
    checksums = checksums == null ? Map.of() : checksums; // Older versions wrote none.
  }

  /** The mapper for every JSON file of a workspace. */
  public static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(
              new SimpleModule()
                  .addSerializer(Optional.class, new OptionalAsNull())
                  .addSerializer(double.class, new UndefinedAsNull())
                  .addSerializer(Double.class, new UndefinedAsNull())
                  .addDeserializer(double.class, new NullAsUndefined()))
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  /**
   * A manifest of a stage that ends now.
   *
   * @param settings and {@code counts} are any values that Jackson can write: records, maps
   */
  public static Manifest of(
      String stage,
      String name,
      String fingerprint,
      Instant started,
      Map<String, String> spark,
      Object settings,
      Map<String, String> fingerprints,
      Object counts) {
    Map<String, String> environment = new TreeMap<>(spark);
    environment.put(
        "java", System.getProperty("java.vendor") + " " + System.getProperty("java.version"));
    environment.put(
        "os",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"));
    environment.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
    return new Manifest(
        stage,
        name,
        fingerprint,
        CodeVersion.current(),
        started.truncatedTo(ChronoUnit.SECONDS).toString(),
        ChronoUnit.MILLIS.between(started, Instant.now()) / 1000.0,
        environment,
        JSON.valueToTree(settings),
        new TreeMap<>(fingerprints),
        JSON.valueToTree(counts),
        Map.of());
  }

  /** The same with the checksums of files, by name. */
  public Manifest withChecksums(Map<String, String> ofFiles) {
    return new Manifest(
        stage,
        name,
        fingerprint,
        codeVersion,
        started,
        seconds,
        environment,
        settings,
        fingerprints,
        counts,
        ofFiles);
  }

  /** Writes it whole. */
  public void write(Configuration conf, Path file) throws IOException {
    WholeFile.writeText(conf, file, JSON.writeValueAsString(this) + "\n");
  }

  /** Reads it, if it is there. */
  public static Optional<Manifest> read(Configuration conf, Path file) throws IOException {
    if (!file.getFileSystem(conf).exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(WholeFile.readText(conf, file));
      return Optional.of(
          JSON.treeToValue(json.isObject() ? json : JSON.createObjectNode(), Manifest.class));
    } catch (JsonProcessingException e) {
      throw new UserException(
          file + " is no manifest: " + reason(e) + "; delete it to run the stage again", e);
    }
  }

  /** What is wrong with some JSON, on one line. */
  public static String reason(JsonProcessingException e) {
    return e.getOriginalMessage()
        .lines()
        .findFirst()
        .orElse("")
        .replaceFirst(" \\(start marker.*", "");
  }

  /** Whether the stage ended with this very fingerprint. */
  public static boolean isCurrent(Configuration conf, Path file, String fingerprint)
      throws IOException {
    return read(conf, file).filter(m -> m.fingerprint().equals(fingerprint)).isPresent();
  }

  @SuppressWarnings("rawtypes")
  private static final class OptionalAsNull extends JsonSerializer<Optional> {
    @Override
    public void serialize(Optional value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeObject(value.isPresent() ? value.get() : null);
    }
  }

  /** JSON has no NaN and no infinity. */
  private static final class UndefinedAsNull extends JsonSerializer<Double> {
    @Override
    public void serialize(Double value, JsonGenerator json, SerializerProvider serializers)
        throws IOException {
      if (Double.isFinite(value)) {
        json.writeNumber(value);
      } else {
        json.writeNull();
      }
    }
  }

  private static final class NullAsUndefined extends JsonDeserializer<Double> {
    @Override
    public Double deserialize(JsonParser json, DeserializationContext context) throws IOException {
      return json.currentToken().isNumeric()
          ? (Double) json.getDoubleValue()
          : (Double) context.handleUnexpectedToken(double.class, json);
    }

    @Override
    public Double getNullValue(DeserializationContext context) {
      return Double.NaN;
    }
  }
}
