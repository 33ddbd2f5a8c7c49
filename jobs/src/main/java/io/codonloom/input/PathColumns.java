package io.codonloom.input;

import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;

/**
 * The columns that a file's folders give all of its rows, as in {@code species=human/a.parquet}.
 */
final class PathColumns {
  private PathColumns() {}

  /** Name → value, which is null where the folder says so. */
  static Map<String, String> of(String file) {
    Map<String, String> columns = new HashMap<>();
    String[] folders = file.split("/", -1);
    for (int i = 0; i < folders.length - 1; i++) {
      int equals = folders[i].indexOf('=');
      if (equals > 0) {
        String value = ExternalCatalogUtils.unescapePathName(folders[i].substring(equals + 1));
        columns.put(
            ExternalCatalogUtils.unescapePathName(folders[i].substring(0, equals)),
            value.equals(ExternalCatalogUtils.DEFAULT_PARTITION_NAME()) ? null : value);
      }
    }
    return columns;
  }
}
