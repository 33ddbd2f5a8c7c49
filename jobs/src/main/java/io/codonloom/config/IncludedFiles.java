package io.codonloom.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import java.io.File;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Includes files only, by their paths from the including file on: a config is what lies on this
 * machine's disk, and fetches nothing.
 */
final class IncludedFiles
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
  private final Path including;

  private IncludedFiles(Path including) {
    this.including = including;
  }

  /** Parses a file; the files that it includes may include others. */
  static com.typesafe.config.Config parse(Path file) {
    return ConfigFactory.parseFile(
        file.toFile(), ConfigParseOptions.defaults().setIncluder(new IncludedFiles(file)));
  }

  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return this;
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    if (what.matches("[A-Za-z][A-Za-z0-9+.-]+:.*")) {
      throw refused("\"" + what + "\"");
    }
    Path named = beside(what);
    Path file = Files.exists(named) ? named : beside(what + ".conf");
    return read(context, Files.exists(file) ? file : named);
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    return read(context, beside(what.getPath()));
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    throw refused("url(\"" + what + "\")");
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    throw refused("classpath(\"" + what + "\")");
  }

  private Path beside(String what) {
    return including.toAbsolutePath().resolveSibling(what);
  }

  private ConfigObject read(ConfigIncludeContext context, Path file) {
    // Else the parser takes it for absent.
    if (Files.exists(file) && !(Files.isRegularFile(file) && Files.isReadable(file))) {
      throw new ConfigException(
          "%s: include %s cannot be read: it is a folder or its permissions forbid it"
              .formatted(including, file));
    }
    return ConfigFactory.parseFile(
            file.toFile(),
            ConfigParseOptions.defaults()
                .setAllowMissing(context.parseOptions().getAllowMissing())
                .setIncluder(new IncludedFiles(file)))
        .root();
  }

  private ConfigException refused(String what) {
    return new ConfigException(
        "%s: include %s is not followed: a config includes files only, as in include \"base.conf\""
            .formatted(including, what));
  }
}
