package io.codonloom.job.verify;

import java.util.List;

/**
 * What a check of a workspace found.
 *
 * @param tables in the order of the stages
 */
public record Verification(List<Checked> tables) {
  /** How many problems there are. */
  public long problems() {
    return tables.stream().mapToLong(Checked::problems).sum();
  }

  /** The first of them, table by table. */
  public List<Problem> first() {
    return tables.stream().flatMap(table -> table.first().stream()).toList();
  }
}
