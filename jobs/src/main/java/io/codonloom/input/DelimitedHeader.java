package io.codonloom.input;

import io.codonloom.UserException;
import io.codonloom.config.TextLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * The columns of a CSV or TSV file.
 *
 * @param separator between them
 * @param names one for each field of a row; the first is empty where the rows begin with a name or
 *     number that the header has no column for, as R writes them
 * @param fault why it is no header; null if it is one
 */
record DelimitedHeader(char separator, List<String> names, String fault) {
  private static final char[] SEPARATORS = {',', ';', '\t', '|'};
  private static final int SAMPLE = 100;

  /**
   * The header of a file by a separator, with its fault if it has one; empty if nothing is in the
   * file.
   */
  static Optional<DelimitedHeader> read(
      Configuration conf, TextFile file, char separator, TextLayout layout) {
    try (LineReader lines = file.open(conf, 0)) {
      DelimitedRecords records =
          new DelimitedRecords(lines, Long.MAX_VALUE, separator, layout.comment().orElse(null));
      if (!records.next()) {
        return Optional.empty();
      }
      if (records.state().isUnreadable()) {
        throw file.unreadable(lines);
      }
      String fault = records.malformed();
      List<String> names = new ArrayList<>();
      records.fields().forEach(name -> names.add(name.strip()));
      if (fault == null && hasIndex(records, names.size())) {
        names.add(0, "");
      }
      return Optional.of(new DelimitedHeader(separator, List.copyOf(names), fault));
    } catch (IOException e) {
      throw TextFile.damaged(file.path(), e);
    }
  }

  /**
   * Whether all rows at the beginning have one field more than the header: a first one that tells
   * them apart, and not an empty last one.
   */
  private static boolean hasIndex(DelimitedRecords records, int columns) throws IOException {
    Set<String> seen = new HashSet<>();
    int rows = 0;
    while (rows < SAMPLE && records.next() && !records.state().isUnreadable()) {
      List<String> fields = records.fields();
      if (fields.size() != columns + 1
          || !seen.add(fields.get(0))
          || fields.get(columns).isBlank()) {
        return false;
      }
      rows++;
    }
    return rows > 0;
  }

  /**
   * The header of a file whose separator is not told: by the usual one, or by the only other one by
   * which the file has all columns that are wanted.
   */
  static Optional<DelimitedHeader> find(
      Configuration conf, TextFile file, char usual, TextLayout layout, List<String> needed) {
    Optional<DelimitedHeader> first = read(conf, file, usual, layout);
    if (first.isEmpty() || first.get().hasAll(needed)) {
      return first;
    }
    List<DelimitedHeader> others = new ArrayList<>();
    for (char other : SEPARATORS) {
      if (other != usual) {
        read(conf, file, other, layout).ifPresent(others::add);
      }
    }
    List<DelimitedHeader> whole = others.stream().filter(other -> other.hasAll(needed)).toList();
    if (whole.size() == 1) {
      return Optional.of(whole.get(0));
    }
    if (first.get().names().size() == 1 || first.get().fault() != null) {
      for (DelimitedHeader other : others) {
        if (other.names().size() > 1 && other.fault() == null) {
          throw new UserException(
              file.path()
                  + " has no columns "
                  + String.join(", ", needed)
                  + ": it seems to have the separator '"
                  + shown(other.separator())
                  + "' and the columns "
                  + String.join(", ", other.names())
                  + "; set dataset.separator, and dataset.columns to those");
        }
      }
    }
    return first;
  }

  private boolean hasAll(List<String> needed) {
    return fault == null && names.containsAll(needed);
  }

  private static String shown(char separator) {
    return separator == '\t' ? "tab" : String.valueOf(separator);
  }
}
