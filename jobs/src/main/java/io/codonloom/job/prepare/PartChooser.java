package io.codonloom.job.prepare;

import static org.apache.spark.sql.functions.col;

import io.codonloom.UserException;
import io.codonloom.config.Split;
import io.codonloom.config.SplitBy;
import io.codonloom.sequence.ContentHash;
import io.codonloom.workspace.TableColumns;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

  private final String name;
  private final SplitBy by;
  private final String header;
  private final ArrayList<String> parts = new ArrayList<>();
  private final ArrayList<Double> ends = new ArrayList<>();

  /** Of a split by homology, else null. */
  private final ProteinFamilies families;

  private PartChooser(Split split, ProteinFamilies families) {
    this.families = families;
    name = split.name();
    by = split.by();
    header = "codonloom:split:1\n" + split.seed();
  }

  /** Of a split by anything but a column or homology. */
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
   * Of any splits; those by a column have the parts that it names.
   *
   * @param measurements of {@link Measurement}
   * @throws UserException if that are too many
   */
  static List<PartChooser> of(List<Split> splits, Dataset<Row> measurements) {
    List<PartChooser> dividers = new ArrayList<>();
    List<String> named = List.of();
    for (Split split : splits) {
      if (split.by() != SplitBy.COLUMN) {
        dividers.add(of(split));
        continue;
      }
      if (named.isEmpty()) {
        named = named(split, measurements);
      }
      PartChooser divider = new PartChooser(split, null);
      divider.parts.addAll(named);
      dividers.add(divider);
    }
    return dividers;
  }

  private static List<String> named(Split split, Dataset<Row> measurements) {
    Dataset<Row> names =
        measurements
            .where(col(TableColumns.SEQUENCE_ID).isNotNull())
            .where(col(TableColumns.PART).isNotNull())
            .select(TableColumns.PART)
            .distinct();
    List<Row> first = names.takeAsList(Split.MAX_PARTS + 1);
    if (first.size() > Split.MAX_PARTS) {
      throw new UserException(
          "split "
              + split.name()
              + " has "
              + names.count()
              + " parts, more than "
              + Split.MAX_PARTS
              + ": its column must name parts such as train, val and test");
    }
    return first.stream().map(row -> row.getString(0)).sorted().toList();
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
    if (by == SplitBy.COLUMN) {
      return parts.indexOf(measurement.getString(Measurement.PART));
    }
    String unit = unit(measurement);
    return unit == null ? -1 : part(unit);
  }

  /**
   * The name of what an accepted measurement is kept together with; null where it lacks what the
   * split is by. Of a split by a column it is the sequence: see {@link SplitBy#unit}.
   */
  String unit(Row measurement) {
    return switch (by) {
      case SEQUENCE, COLUMN -> measurement.getString(Measurement.SEQUENCE_ID);
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
