package io.codonloom.config;

/**
 * The arguments or the config are wrong. The message names the key by its full path, or the
 * argument, and says what would be right.
 */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ConfigException(String message) {
    super(message);
  }
}
