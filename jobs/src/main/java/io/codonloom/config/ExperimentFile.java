package io.codonloom.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads an experiment: built-in defaults, then the file, then {@code --set}, the later winning. */
public final class ExperimentFile {
  private static final String DEFAULTS = "defaults.conf";
  private static final String ELEMENT_DEFAULTS = "element-defaults";

  private ExperimentFile() {}

  /**
   * The typed experiment.
   *
   * @param file in HOCON
   * @param overrides each {@code key=value}; a list is written with commas, {@code null} takes a
   *     key away
   * @throws ConfigException for anything that is not right, with the key's full path
   */
  public static Experiment read(Path file, List<String> overrides) {
    if (!Files.isRegularFile(file)) {
      throw new ConfigException(
          "no config file " + file.toAbsolutePath() + "; examples lie in conf/");
    }
    try {
      Config defaults =
          ConfigFactory.parseResources(
              ExperimentFile.class, DEFAULTS, ConfigParseOptions.defaults().setAllowMissing(false));
      Config merged =
          overrides(overrides)
              .withFallback(ConfigFactory.parseFile(file.toFile()))
              .withFallback(defaults.withoutPath(ELEMENT_DEFAULTS))
              .resolve(ConfigResolveOptions.defaults());
      return new RecordBinder(defaults.getConfig(ELEMENT_DEFAULTS))
          .bind(merged.root(), Experiment.class);
    } catch (com.typesafe.config.ConfigException e) {
      throw new ConfigException(e.getMessage());
    }
  }

  private static Config overrides(List<String> overrides) {
    Config config = ConfigFactory.empty();
    for (String override : overrides) {
      int equals = override.indexOf('=');
      if (equals < 1) {
        throw new ConfigException("--set takes key=value, was '" + override + "'");
      }
      String key = override.substring(0, equals).strip();
      String value = override.substring(equals + 1).strip();
      try {
        ConfigUtil.splitPath(key);
      } catch (com.typesafe.config.ConfigException e) {
        throw new ConfigException("--set " + override + ": '" + key + "' is no key");
      }
      config =
          config.withValue(
              key,
              ConfigValueFactory.fromAnyRef(value.equals("null") ? null : value, "--set " + key));
    }
    return config;
  }
}
