package io.codonloom.job.prepare;

import static org.apache.spark.sql.functions.col;

import io.codonloom.UserException;
import io.codonloom.config.Split;
import io.codonloom.config.SplitBy;
import io.codonloom.sequence.ContentHash;
import io.codonloom.workspace.TableColumns;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Says which part of a split something belongs to. It follows from the seed and the hash of what is
 * kept together, so rows that come later move none. Folds are called {@code fold0}, {@code fold1}
 * and so on.
 */
final class PartChooser implements Serializable {
  private static final long serialVersionUID = 1L;

  /** How many values a message shows. */
  private static final int SHOWN = 5;

  /** A column with more values than that names no parts. */
  private static final int MOST = 1000;

  private final String name;
  private final SplitBy by;
  private final String header;
  private final ArrayList<String> parts = new ArrayList<>();
  private final ArrayList<Double> ends = new ArrayList<>();

  /** Of a split by column or file: what the input calls a part → its index. */
  private final HashMap<String, Integer> given = new HashMap<>();

  /** Of a split by homology, else null. */
  private final ProteinFamilies families;

  private PartChooser(Split split, ProteinFamilies families) {
    this.families = families;
    name = split.name();
    by = split.by();
    header = "codonloom:split:1\n" + split.seed();
  }

  /** Of a split by anything but a column, files or homology. */
  static PartChooser of(Split split) {
    return of(split, null);
  }

  /** Of a split by homology. */
  static PartChooser of(Split split, ProteinFamilies families) {
    PartChooser divider = new PartChooser(split, families);
    Map<String, Double> shares = new TreeMap<>(split.fractions());
    if (split.folds() > 0) {
      shares.clear();
      IntStream.range(0, split.folds())
          .forEach(fold -> shares.put("fold" + fold, 1.0 / split.folds()));
    }
    double end = 0;
    for (Map.Entry<String, Double> share : shares.entrySet()) {
      end += share.getValue();
      divider.parts.add(share.getKey());
      divider.ends.add(end);
    }
    return divider;
  }

  /**
   * Of any splits; those by a column or by files have the parts that these name.
   *
   * @param measurements of {@link Measurement}
   * @throws UserException if a value is the name of no part
   */
  static List<PartChooser> of(List<Split> splits, Dataset<Row> measurements) {
    List<PartChooser> dividers = new ArrayList<>();
    Map<SplitBy, List<String>> called = new EnumMap<>(SplitBy.class);
    for (Split split : splits) {
      dividers.add(
          split.by().isGiven()
              ? ofGiven(split, called.computeIfAbsent(split.by(), by -> called(by, measurements)))
              : of(split));
    }
    return dividers;
  }

  private static PartChooser ofGiven(Split split, List<String> called) {
    Map<String, String> parts = new TreeMap<>();
    List<String> unknown = new ArrayList<>();
    for (String value : called) {
      (split.by() == SplitBy.FILE ? split.partOfFile(value) : split.part(value))
          .ifPresentOrElse(part -> parts.put(value, part), () -> unknown.add(value));
    }
    if (!unknown.isEmpty()) {
      throw unknown(split, unknown);
    }
    PartChooser divider = new PartChooser(split, null);
    parts.values().stream().distinct().sorted().forEach(divider.parts::add);
    parts.forEach((value, part) -> divider.given.put(value, divider.parts.indexOf(part)));
    return divider;
  }

  private static UserException unknown(Split split, List<String> values) {
    return new UserException(
        "split %s: %s names no part that is known: %s%s; say which is meant, as in splits.parts { val = [%s] }"
            .formatted(
                split.name(),
                split.by() == SplitBy.FILE ? "a file" : "a row's split column",
                values.stream().limit(SHOWN).map(Values::shown).collect(Collectors.joining(", ")),
                values.size() > SHOWN
                    ? String.format(Locale.ROOT, " and %,d more", values.size() - SHOWN)
                    : "",
                values.get(0)));
  }

  /** What the accepted rows call their parts. */
  private static List<String> called(SplitBy by, Dataset<Row> measurements) {
    String column = by == SplitBy.FILE ? RowCheck.FILE : TableColumns.PART;
    Dataset<Row> names =
        measurements
            .where(col(TableColumns.SEQUENCE_ID).isNotNull())
            .where(col(column).isNotNull())
            .select(column)
            .distinct();
    // Files are known to be few; of a wrong column's values some are enough to tell so.
    List<Row> some = by == SplitBy.FILE ? names.collectAsList() : names.takeAsList(MOST);
    return some.stream().map(row -> row.getString(0)).sorted().toList();
  }

  /** The split's name. */
  String name() {
    return name;
  }

  /** The parts that there can be, by their index. */
  List<String> parts() {
    return parts;
  }

  /**
   * The index of an accepted measurement's part; −1 where it lacks what the split is by.
   *
   * @param measurement of {@link Measurement}
   */
  int part(Row measurement) {
    if (by.isGiven()) {
      String called =
          measurement.getString(by == SplitBy.FILE ? Measurement.FILE : Measurement.PART);
      return called == null ? -1 : given.getOrDefault(called, -1);
    }
    String unit = unit(measurement);
    return unit == null ? -1 : part(unit);
  }

  /**
   * The name of what an accepted measurement is kept together with; null where it lacks what the
   * split is by. Of a split by a column or files it is the sequence: see {@link SplitBy#unit}.
   */
  String unit(Row measurement) {
    return switch (by) {
      case SEQUENCE, COLUMN, FILE -> measurement.getString(Measurement.SEQUENCE_ID);
      case GROUP -> measurement.getString(Measurement.GROUP);
      case HOMOLOGY -> family(measurement);
      case ROW -> measurement.getString(Measurement.ROW_ID);
    };
  }

  /** Whether it keeps families of proteins together. */
  boolean byFamily() {
    return families != null;
  }

  /** An accepted measurement's family of proteins. */
  String family(Row measurement) {
    return families.of(measurement.getString(Measurement.PROTEIN_KEY));
  }

  /** The same by the name of what is kept together. */
  int part(String unit) {
    double place = ContentHash.fraction(header, unit);
    for (int i = 0; i < parts.size() - 1; i++) {
      if (place < ends.get(i)) {
        return i;
      }
    }
    return parts.size() - 1;
  }
}
