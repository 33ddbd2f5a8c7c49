package io.codonloom.workspace;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The settings of a manifest as flat keys and values, for people. */
public final class FlatSettings {
  private static final Pattern CAMEL = Pattern.compile("(?<=[a-z0-9])[A-Z]");

  private static final Pattern CHOICE =
      Pattern.compile("[A-Z][A-Z0-9]*(_[A-Z0-9]+)*(, [A-Z][A-Z0-9]*(_[A-Z0-9]+)*)*");
  private static final Set<String> NAMES = Set.of("training.run", "training.split");

  private FlatSettings() {}

  /** Dotted keys as in a config, and values; lists on one line. */
  public static Map<String, String> of(JsonNode settings) {
    Map<String, String> flat = new TreeMap<>();
    flatten("", settings, flat);
    return flat;
  }

  private static void flatten(String path, JsonNode node, Map<String, String> flat) {
    if (node.isObject()) {
      node.fields()
          .forEachRemaining(
              field ->
                  flatten(
                      (path.isEmpty() ? "" : path + ".") + kebab(field.getKey()),
                      field.getValue(),
                      flat));
    } else if (node.isArray()) {
      List<String> elements = new ArrayList<>();
      node.forEach(
          element -> elements.add(element.isValueNode() ? element.asText() : element.toString()));
      flat.put(path, shown(path, String.join(", ", elements)));
    } else if (!node.isNull()) {
      flat.put(path, shown(path, node.asText()));
    }
  }

  /** {@code TEXT_CNN} becomes {@code text-cnn}, as the config wants it; names stay as they are. */
  private static String shown(String path, String value) {
    boolean ofTraining = path.startsWith("network.") || path.startsWith("training.");
    return ofTraining && !NAMES.contains(path) && CHOICE.matcher(value).matches()
        ? value.toLowerCase(Locale.ROOT).replace('_', '-')
        : value;
  }

  /** {@code batchSize} becomes {@code batch-size}: the manifest has the components' names. */
  private static String kebab(String name) {
    return CAMEL.matcher(name).replaceAll(hump -> "-" + hump.group().toLowerCase(Locale.ROOT));
  }
}
