package io.codonloom.input;

import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** How many lines of each state the files of an input have. */
public final class LineCensus {
  private final Map<Integer, Map<LineState, Long>> files = new TreeMap<>();

  /** Counts some lines of a file, or of a {@linkplain RowPlace block} of it. */
  public void add(long block, LineState state, long lines) {
    files
        .computeIfAbsent(RowPlace.file(block), file -> new TreeMap<>())
        .merge(state, lines, Long::sum);
  }

  /** The first file with a line that cannot be read. */
  public OptionalInt unreadable() {
    return files.entrySet().stream()
        .filter(file -> file.getValue().keySet().stream().anyMatch(LineState::isUnreadable))
        .mapToInt(Map.Entry::getKey)
        .findFirst();
  }

  /**
   * The files that may have fields with line breaks. A quote that its line does not close is a
   * stray one if nothing else in the file could close it; otherwise it may begin a row of several
   * lines, which no line of that row could tell.
   */
  public Set<Integer> acrossLines() {
    Set<Integer> found = new TreeSet<>();
    files.forEach(
        (file, lines) -> {
          long open = lines.getOrDefault(LineState.OPEN_QUOTE, 0L);
          if (open > 0 && open + lines.getOrDefault(LineState.STRAY_QUOTE, 0L) > 1) {
            found.add(file);
          }
        });
    return found;
  }
}
