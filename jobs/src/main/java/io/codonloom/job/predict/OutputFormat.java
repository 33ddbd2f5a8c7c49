package io.codonloom.job.predict;

import java.util.Locale;

/** How predictions are written. */
public enum OutputFormat {
  /** One file of text. */
  CSV,
  /** A folder of Parquet files. */
  PARQUET;

  String ending() {
    return "." + name().toLowerCase(Locale.ROOT);
  }
}
