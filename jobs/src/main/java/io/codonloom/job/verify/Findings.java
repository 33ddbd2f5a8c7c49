package io.codonloom.job.verify;

import java.util.ArrayList;
import java.util.List;

/** Collects what is found in a table; keeps a few problems and counts the others. */
final class Findings {
  /** How many problems of a table, or of one object, are kept. */
  static final int KEPT = 20;

  private final String table;
  private long objects;
  private long rows;
  private long bytes;
  private long problems;
  private final List<Problem> first = new ArrayList<>();

  Findings(String table) {
    this.table = table;
  }

  /** Counts an object that was read. */
  void read(long rowsRead, long bytesRead) {
    objects++;
    rows += rowsRead;
    bytes += bytesRead;
  }

  void problem(Object path, String what, String advice) {
    problems++;
    if (first.size() < KEPT) {
      first.add(new Problem(path.toString(), what, advice));
    }
  }

  /** Adds what was found in a part of the table. */
  void add(Checked part) {
    objects += part.objects();
    rows += part.rows();
    bytes += part.bytes();
    problems += part.problems();
    part.first().stream().limit(KEPT - first.size()).forEach(first::add);
  }

  boolean isSound() {
    return problems == 0;
  }

  Checked checked() {
    return new Checked(table, objects, rows, bytes, problems, List.copyOf(first));
  }
}
