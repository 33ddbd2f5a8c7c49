package io.codonloom.job.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;

import io.codonloom.sequence.Rule;
import io.codonloom.table.InputTable;
import io.codonloom.table.TableColumns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How many checked rows there are of each kind, and in each block of the input. The driver holds a
 * line for each block and combination of broken rules that occurs, never rows.
 */
final class Tally {
  /** Rows of one block that break the same rules. */
  record Kind(
      long block,
      long refused,
      long kept,
      boolean hasGroup,
      boolean hasPart,
      long rows,
      long firstPlace) {
    boolean accepted() {
      return refused == 0;
    }
  }

  private final List<Kind> kinds = new ArrayList<>();
  private final HashMap<Long, Long> rowsBefore = new HashMap<>();
  private final long rows;

  /** Counts {@link RowCheck#SCHEMA}. */
  Tally(Dataset<Row> checked) {
    for (Row row :
        checked
            .groupBy(
                col(InputTable.BLOCK),
                col(RowCheck.REFUSED),
                col(RowCheck.KEPT),
                col(RowCheck.GROUP).isNotNull(),
                col(TableColumns.PART).isNotNull())
            .agg(count(lit(1)), min(RowCheck.PLACE))
            .collectAsList()) {
      kinds.add(
          new Kind(
              row.getLong(0),
              row.getLong(1),
              row.getLong(2),
              row.getBoolean(3),
              row.getBoolean(4),
              row.getLong(5),
              row.getLong(6)));
    }
    Map<Long, Long> rowsOfBlock = new TreeMap<>();
    kinds.forEach(kind -> rowsOfBlock.merge(kind.block(), kind.rows(), Long::sum));
    long before = 0;
    for (Map.Entry<Long, Long> block : rowsOfBlock.entrySet()) {
      rowsBefore.put(block.getKey(), before);
      before += block.getValue();
    }
    rows = before;
  }

  long rows() {
    return rows;
  }

  long rows(Predicate<Kind> which) {
    return kinds.stream().filter(which).mapToLong(Kind::rows).sum();
  }

  long accepted() {
    return rows(Kind::accepted);
  }

  /** The place of the first such row. */
  OptionalLong first(Predicate<Kind> which) {
    return kinds.stream().filter(which).mapToLong(Kind::firstPlace).min();
  }

  /** For each rule that refuses rows, how many; a row with two reasons counts for both. */
  Map<String, Long> reasons() {
    return byRule(Kind::refused, kind -> true);
  }

  /** For each rule that accepted rows break by leave of its policy, how many. */
  Map<String, Long> kept() {
    return byRule(Kind::kept, Kind::accepted);
  }

  private Map<String, Long> byRule(
      java.util.function.ToLongFunction<Kind> bits, Predicate<Kind> which) {
    Map<String, Long> counts = new TreeMap<>();
    for (Rule rule : Rule.values()) {
      long count =
          rows(kind -> which.test(kind) && (bits.applyAsLong(kind) & RuleBits.of(rule)) != 0);
      if (count > 0) {
        counts.put(rule.id(), count);
      }
    }
    return counts;
  }

  /** For each block, how many rows lie before it: with the index in its block, a row's number. */
  Map<Long, Long> rowsBefore() {
    return rowsBefore;
  }

  /** The number of the row at that place, from 1. */
  long rowNumber(long place) {
    long block =
        rowsBefore.keySet().stream().filter(b -> b <= place).mapToLong(b -> b).max().orElseThrow();
    return rowsBefore.get(block) + place - block + 1;
  }
}
