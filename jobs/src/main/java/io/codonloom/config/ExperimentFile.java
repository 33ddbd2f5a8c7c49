package io.codonloom.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigResolver;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads an experiment: built-in defaults, then the file, then {@code --set}, the later winning.
 * Neither environment variables nor system properties have a part in it: what they hold would go
 * into manifests and reports.
 */
public final class ExperimentFile {
  private static final String DEFAULTS = "defaults.conf";
  private static final String ELEMENT_DEFAULTS = "element-defaults";
  private static final String NOT_READ =
      "environment variables and system properties are not read: write the value, or give it by --set";

  private ExperimentFile() {}

  private static final Pattern LIST_ELEMENT = Pattern.compile("([^\\[]+)\\[\\d+].*");

  /**
   * The typed experiment.
   *
   * @param file in HOCON
   * @param overrides each {@code key=value}; a list is written with commas or as {@code [a, b]},
   *     {@code null} takes a key away
   * @throws ConfigException for anything that is not right, with the key's full path
   */
  public static Experiment read(Path file, List<String> overrides) {
    if (!Files.isRegularFile(file)) {
      throw new ConfigException(
          "no config file " + file.toAbsolutePath() + "; examples lie in conf/");
    }
    if (!Files.isReadable(file)) {
      throw new ConfigException(file.toAbsolutePath() + " may not be read: check its permissions");
    }
    try {
      Config defaults =
          ConfigFactory.parseResources(
              ExperimentFile.class, DEFAULTS, ConfigParseOptions.defaults().setAllowMissing(false));
      Config merged =
          overrides(overrides)
              .withFallback(IncludedFiles.parse(file))
              .withFallback(defaults.withoutPath(ELEMENT_DEFAULTS))
              .resolve(ConfigResolveOptions.noSystem().appendResolver(new NoEnvironment()));
      return new RecordBinder(defaults.getConfig(ELEMENT_DEFAULTS))
          .bind(merged.root(), Experiment.class);
    } catch (com.typesafe.config.ConfigException.UnresolvedSubstitution e) {
      throw new ConfigException(e.getMessage() + "; " + NOT_READ);
    } catch (com.typesafe.config.ConfigException e) {
      throw new ConfigException(e.getMessage());
    }
  }

  /** An optional one that is left out would go unnoticed. */
  private static final class NoEnvironment implements ConfigResolver {
    @Override
    public ConfigValue lookup(String path) {
      if (System.getenv(path) != null) {
        throw new ConfigException("${" + path + "}: " + NOT_READ);
      }
      return null;
    }

    @Override
    public ConfigResolver withFallback(ConfigResolver fallback) {
      return this;
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
      Matcher element = LIST_ELEMENT.matcher(key);
      if (element.matches()) {
        throw new ConfigException(
            "--set %s: the elements of a list cannot be set one by one; set the whole list, as in --set '%s=[…]', or change it in the config"
                .formatted(override, element.group(1)));
      }
      if (value.contains("${")) {
        throw new ConfigException(
            "--set %s: nothing is put in the place of ${…} here; write the value itself"
                .formatted(override));
      }
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
