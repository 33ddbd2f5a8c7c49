package io.codonloom.job.prepare;

import static org.apache.spark.sql.functions.col;

import io.codonloom.input.InputTable;
import io.codonloom.input.LineCensus;
import io.codonloom.input.LineState;
import io.codonloom.sequence.Rule;
import io.codonloom.sequence.Rules;
import io.codonloom.workspace.TableColumns;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How many checked rows there are of each kind, and in each block of the input. The driver holds a
 * line for each block and combination of broken rules that occurs, never rows.
 */
final class RuleCounts {
  /** Rows of one block that break the same rules. */
  record Kind(
      long block, long refused, long kept, boolean hasGroup, boolean hasPart, LineState line)
      implements Serializable {
    boolean accepted() {
      return refused == 0;
    }
  }

  /** How many rows of a kind there are, and where the first is. */
  private record Count(long rows, long firstPlace) implements Serializable {
    Count plus(Count other) {
      return new Count(rows + other.rows, Math.min(firstPlace, other.firstPlace));
    }
  }

  /** How many values of a rule are shown. */
  private static final int SHOWN = 5;

  /** What the rows of a piece of the input come to. */
  private static final class Piece implements Serializable {
    private static final long serialVersionUID = 1L;

    private final HashMap<Kind, Count> kinds = new HashMap<>();

    /** Rule → value that it does not know → its first place. */
    private final HashMap<String, HashMap<String, Long>> unknown = new HashMap<>();
  }

  private final Map<Kind, Count> kinds = new HashMap<>();
  private final Map<String, List<String>> unknown = new TreeMap<>();
  private final HashMap<Long, Long> rowsBefore = new HashMap<>();
  private final long rows;

  /** Counts {@link RowCheck#SCHEMA}. */
  RuleCounts(Dataset<Row> checked) {
    Map<String, Map<String, Long>> firsts = new HashMap<>();
    checked
        .select(
            col(InputTable.BLOCK),
            col(RowCheck.PLACE),
            col(RowCheck.REFUSED),
            col(RowCheck.KEPT),
            col(RowCheck.GROUP).isNotNull(),
            col(TableColumns.PART).isNotNull(),
            col(InputTable.LINE_STATE),
            col(RowCheck.UNKNOWN))
        .toJavaRDD()
        .mapPartitions(rows -> List.of(tally(rows)).iterator())
        .collect()
        .forEach(
            piece -> {
              piece.kinds.forEach((kind, of) -> kinds.merge(kind, of, Count::plus));
              piece.unknown.forEach(
                  (rule, values) -> {
                    Map<String, Long> all = firsts.computeIfAbsent(rule, r -> new HashMap<>());
                    values.forEach((value, place) -> all.merge(value, place, Math::min));
                  });
            });
    firsts.forEach(
        (rule, values) ->
            unknown.put(
                rule,
                values.entrySet().stream()
                    .sorted(Map.Entry.comparingByValue())
                    .limit(SHOWN)
                    .map(value -> Values.shown(value.getKey()))
                    .toList()));
    Map<Long, Long> rowsOfBlock = new TreeMap<>();
    kinds.forEach((kind, count) -> rowsOfBlock.merge(kind.block(), count.rows(), Long::sum));
    long before = 0;
    for (Map.Entry<Long, Long> block : rowsOfBlock.entrySet()) {
      rowsBefore.put(block.getKey(), before);
      before += block.getValue();
    }
    rows = before;
  }

  private static Piece tally(Iterator<Row> rows) {
    Piece piece = new Piece();
    rows.forEachRemaining(
        row -> {
          piece.kinds.merge(kind(row), new Count(1, row.getLong(1)), Count::plus);
          if (!row.isNullAt(7)) {
            row.<String, String>getJavaMap(7)
                .forEach(
                    (rule, value) -> {
                      Map<String, Long> values =
                          piece.unknown.computeIfAbsent(rule, r -> new HashMap<>());
                      if (values.size() < SHOWN) {
                        values.putIfAbsent(value, row.getLong(1));
                      }
                    });
          }
        });
    return piece;
  }

  private static Kind kind(Row row) {
    return new Kind(
        row.getLong(0),
        row.getLong(2),
        row.getLong(3),
        row.getBoolean(4),
        row.getBoolean(5),
        LineState.of(row.getInt(6)));
  }

  long rows() {
    return rows;
  }

  long rows(Predicate<Kind> which) {
    return kinds.entrySet().stream()
        .filter(kind -> which.test(kind.getKey()))
        .mapToLong(kind -> kind.getValue().rows())
        .sum();
  }

  long accepted() {
    return rows(Kind::accepted);
  }

  /** The place of the first such row. */
  OptionalLong first(Predicate<Kind> which) {
    return kinds.entrySet().stream()
        .filter(kind -> which.test(kind.getKey()))
        .mapToLong(kind -> kind.getValue().firstPlace())
        .min();
  }

  /** For each rule that refuses rows, how many; a row with two reasons counts for both. */
  Map<String, Long> reasons() {
    return byRule(Kind::refused, kind -> true);
  }

  /**
   * Which settings would let refused rows pass, as the end of a message; empty where none would.
   */
  String remedies() {
    List<String> settings =
        Arrays.stream(Rule.values())
            .filter(rule -> reasons().containsKey(rule.id()))
            .flatMap(rule -> Rules.remedy(rule).stream())
            .map(setting -> "rules." + setting)
            .toList();
    return settings.isEmpty()
        ? ""
        : "; prepare lets such rows pass with " + String.join(", ", settings);
  }

  /** For each rule about values, the first few that it does not know, for people. */
  Map<String, List<String>> unknown() {
    return unknown;
  }

  /** The reasons, with values that rules do not know. */
  String told() {
    return unknown.isEmpty() ? reasons().toString() : reasons() + ", such as " + unknown;
  }

  /** For each rule that accepted rows break by leave of its policy, how many. */
  Map<String, Long> kept() {
    return byRule(Kind::kept, Kind::accepted);
  }

  private Map<String, Long> byRule(ToLongFunction<Kind> bits, Predicate<Kind> which) {
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

  /** What the lines of each file say about its reading. */
  LineCensus lines() {
    LineCensus census = new LineCensus();
    kinds.forEach((kind, count) -> census.add(kind.block(), kind.line(), count.rows()));
    return census;
  }

  /** The number of the row at that place, from 1. */
  long rowNumber(long place) {
    long block =
        rowsBefore.keySet().stream().filter(b -> b <= place).mapToLong(b -> b).max().orElseThrow();
    return rowsBefore.get(block) + place - block + 1;
  }
}
