package io.codonloom.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException.WrongType;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Fills records from HOCON. The key of a component is its name in kebab case, enum constants
 * likewise; components may be strings, numbers, booleans, enums, lists, maps (keyed by strings or
 * enums), optionals and further records. Every problem is a {@link ConfigException} with the key's
 * full path.
 */
final class RecordBinder {
  private final Config elementDefaults;

  /**
   * @param elementDefaults for each path of a list or map of records, the values that an element
   *     may leave out
   */
  RecordBinder(Config elementDefaults) {
    this.elementDefaults = elementDefaults;
  }

  <T extends Record> T bind(ConfigObject object, Class<T> type) {
    return bindRecord(object, type, "");
  }

  private <T extends Record> T bindRecord(ConfigObject object, Class<T> type, String path) {
    RecordComponent[] components = type.getRecordComponents();
    List<String> known = Arrays.stream(components).map(c -> kebab(c.getName())).toList();
    for (String key : object.keySet()) {
      if (!known.contains(key)) {
        throw problem(
            object.get(key).origin(),
            "unknown key "
                + join(path, key)
                + "; "
                + Suggestion.among(known, key, k -> join(path, k)));
      }
    }
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      String key = kebab(components[i].getName());
      types[i] = components[i].getType();
      ConfigValue value = object.get(key);
      if (components[i].isAnnotationPresent(Paths.class)) {
        value = onePath(value);
      }
      values[i] = convert(value, components[i].getGenericType(), join(path, key), object.origin());
    }
    try {
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException) {
        String where = path.isEmpty() ? "" : path + ": ";
        throw problem(object.origin(), where + e.getCause().getMessage());
      }
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be bound", e);
    }
  }

  /** A text is one path and no list with commas, but for {@code [a, b]} of the command line. */
  private static ConfigValue onePath(ConfigValue value) {
    boolean one =
        value != null
            && value.valueType() == ConfigValueType.STRING
            && !bracketed((String) value.unwrapped());
    return one ? ConfigValueFactory.fromIterable(List.of(value.unwrapped())) : value;
  }

  private static boolean bracketed(String text) {
    return text.startsWith("[") && text.endsWith("]");
  }

  private Object convert(ConfigValue value, Type type, String path, ConfigOrigin origin) {
    Class<?> raw = raw(type);
    boolean absent = value == null || value.valueType() == ConfigValueType.NULL;
    if (raw == Optional.class) {
      return absent
          ? Optional.empty()
          : Optional.of(convert(value, argument(type, 0), path, origin));
    }
    if (absent) {
      throw problem(
          origin, "missing key " + path + ": set it in the config, or by --set " + path + "=…");
    }
    if (raw == List.class) {
      return convertList(value, argument(type, 0), path);
    }
    if (raw == Map.class) {
      return convertMap(value, type, path);
    }
    if (raw.isRecord()) {
      return bindRecord(
          withDefaults(object(value, path), path), raw.asSubclass(Record.class), path);
    }
    return scalar(value, raw, path);
  }

  private List<Object> convertList(ConfigValue value, Type elementType, String path) {
    // --set name=a,b,c and a single value both stand for a list.
    Collection<? extends ConfigValue> elements =
        value instanceof ConfigList list
            ? list
            : value.valueType() == ConfigValueType.STRING
                ? ConfigFactory.parseString("x=[" + quoteAll((String) value.unwrapped()) + "]")
                    .getList("x")
                : List.of(value);
    List<Object> converted = new ArrayList<>();
    int index = 0;
    for (ConfigValue element : elements) {
      String elementPath = path + "[" + index++ + "]";
      converted.add(
          element instanceof ConfigObject object && raw(elementType).isRecord()
              ? bindRecord(
                  withDefaults(object, path),
                  raw(elementType).asSubclass(Record.class),
                  elementPath)
              : convert(element, elementType, elementPath, element.origin()));
    }
    return List.copyOf(converted);
  }

  private static String quoteAll(String commaSeparated) {
    return String.join(
        ",",
        Arrays.stream(commaSeparated.split(",", -1))
            .map(part -> com.typesafe.config.ConfigUtil.quoteString(part.strip()))
            .toList());
  }

  private Map<Object, Object> convertMap(ConfigValue value, Type type, String path) {
    Class<?> keyType = raw(argument(type, 0));
    Map<Object, Object> converted = keyType.isEnum() ? new TreeMap<>() : new LinkedHashMap<>();
    ConfigObject object = object(value, path);
    for (String key : new TreeMap<>(object).keySet()) {
      ConfigValue element = object.get(key);
      if (element.valueType() == ConfigValueType.NULL) {
        continue; // A null takes an entry of the defaults or of an included file out.
      }
      String elementPath = join(path, key);
      Object boundKey =
          keyType.isEnum() ? constant(keyType, key, elementPath, element.origin()) : key;
      ConfigValue whole =
          element instanceof ConfigObject o && raw(argument(type, 1)).isRecord()
              ? withDefaults(o, path)
              : element;
      converted.put(boundKey, convert(whole, argument(type, 1), elementPath, element.origin()));
    }
    return converted;
  }

  /** Key by key, not deeply: an element's own map replaces the default one. */
  private ConfigObject withDefaults(ConfigObject object, String path) {
    ConfigObject whole = object;
    if (elementDefaults.hasPath(path)) {
      for (Map.Entry<String, ConfigValue> entry : elementDefaults.getObject(path).entrySet()) {
        if (!whole.containsKey(entry.getKey())) {
          whole = whole.withValue(entry.getKey(), entry.getValue());
        }
      }
    }
    return whole;
  }

  private static ConfigObject object(ConfigValue value, String path) {
    if (value instanceof ConfigObject object) {
      return object;
    }
    throw problem(value.origin(), path + " must be a block { … }, was " + value.unwrapped());
  }

  private static Object scalar(ConfigValue value, Class<?> type, String path) {
    if (value instanceof ConfigObject || value instanceof ConfigList) {
      throw problem(value.origin(), path + " must be a single value");
    }
    if (type.isEnum()) {
      return constant(type, String.valueOf(value.unwrapped()), path, value.origin());
    }
    Config one = value.atKey("x");
    try {
      if (type == String.class) {
        return one.getString("x");
      } else if (type == int.class || type == Integer.class) {
        return one.getInt("x");
      } else if (type == long.class || type == Long.class) {
        return one.getLong("x");
      } else if (type == double.class || type == Double.class) {
        return one.getDouble("x");
      } else if (type == boolean.class) {
        return one.getBoolean("x");
      }
    } catch (WrongType e) {
      String wanted =
          type == boolean.class ? "true or false" : "a number that fits " + type.getSimpleName();
      throw problem(
          value.origin(), path + " must be " + wanted + ", was '" + value.unwrapped() + "'");
    }
    throw new IllegalStateException("no conversion to " + type + " at " + path);
  }

  private static Object constant(Class<?> type, String text, String path, ConfigOrigin origin) {
    List<String> names = new ArrayList<>();
    for (Object constant : type.getEnumConstants()) {
      String name = ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (name.equals(text)) {
        return constant;
      }
      names.add(name);
    }
    throw problem(origin, path + " is one of " + String.join(", ", names) + ", was '" + text + "'");
  }

  private static Class<?> raw(Type type) {
    return (Class<?>) (type instanceof ParameterizedType p ? p.getRawType() : type);
  }

  private static Type argument(Type type, int index) {
    return ((ParameterizedType) type).getActualTypeArguments()[index];
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private static ConfigException problem(ConfigOrigin origin, String message) {
    boolean located = origin != null && (origin.filename() != null || origin.lineNumber() > 0);
    return new ConfigException(located ? origin.description() + ": " + message : message);
  }

  /** {@code maxCodons} becomes {@code max-codons}. */
  static String kebab(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }
}
