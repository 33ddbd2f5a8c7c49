package io.codonloom.job.prepare;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;

import io.codonloom.input.PlaceSet;
import io.codonloom.job.prepare.PrepareCounts.OfPart;
import io.codonloom.job.prepare.PrepareCounts.OfSplit;
import io.codonloom.job.prepare.PrepareCounts.Shared;
import io.codonloom.sequence.ContentHash;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * All that has to be known of several rows at once, found in one pass with one shuffle: repeated
 * row ids, distinct sequences, the first row of each, and what the parts of each split have in
 * common.
 *
 * <p>Each row names what it has (its id, sequence, protein and group), by 128 bits of a hash; the
 * parts in which a thing occurs are bits of one number for each split.
 */
final class Overlaps {
  // The kinds of things that are counted; a row's id stands for the row itself.
  private static final int ROW = 0;
  private static final int SEQUENCE = 1;
  private static final int PROTEIN = 2;
  private static final int GROUP = 3;
  private static final int KINDS = 4;

  private static final long NO_PLACE = Long.MAX_VALUE;
  private static final int FIRST_SPLIT = 5;

  private final List<PartChooser> dividers;
  private final Counts counts;

  /**
   * Counts.
   *
   * @param measurements of {@link Measurement}
   */
  Overlaps(Dataset<Row> measurements, List<PartChooser> dividers) {
    this.dividers = List.copyOf(dividers);
    this.counts = new Counts(dividers);
    StructType schema =
        new StructType()
            .add("kind", DataTypes.IntegerType, false)
            .add("high", DataTypes.LongType, false)
            .add("low", DataTypes.LongType, false)
            .add("place", DataTypes.LongType, false)
            .add("given", DataTypes.IntegerType, false);
    List<Column> sums =
        new ArrayList<>(List.of(min("place"), expr("bit_or(given)"), count(lit(1))));
    for (int i = 0; i < dividers.size(); i++) {
      schema = schema.add("parts" + i, DataTypes.LongType, false);
      sums.add(expr("bit_or(parts" + i + ")"));
    }
    ArrayList<PartChooser> shipped = new ArrayList<>(dividers);
    FlatMapFunction<Row, Row> things = row -> things(row, shipped);
    measurements
        .flatMap(things, Encoders.row(schema))
        .groupBy("kind", "high", "low")
        .agg(sums.get(0), sums.subList(1, sums.size()).toArray(Column[]::new))
        .toJavaRDD()
        .mapPartitions(rows -> List.of(Counts.of(rows, shipped)).iterator())
        .collect()
        .forEach(counts::add);
  }

  private static Iterator<Row> things(Row row, List<PartChooser> dividers) {
    List<Row> things = new ArrayList<>(5);
    long place = row.getLong(Measurement.PLACE);
    String sequence = row.getString(Measurement.SEQUENCE_ID);
    String given = row.getString(Measurement.GIVEN_ID);
    Object[] inParts = new Object[FIRST_SPLIT + dividers.size()];
    Arrays.fill(inParts, 0L);
    Object[] inNone = inParts.clone();
    if (sequence != null) {
      for (int i = 0; i < dividers.size(); i++) {
        int part = dividers.get(i).part(row);
        inParts[FIRST_SPLIT + i] = part < 0 ? 0L : 1L << part;
      }
      things.add(
          thing(inParts, SEQUENCE, high(sequence), low(sequence), place, sequence.equals(given)));
      String protein = row.getString(Measurement.PROTEIN_KEY);
      things.add(thing(inParts, PROTEIN, high(protein), low(protein), NO_PLACE, false));
      addGroups(row, dividers, inParts, inNone, things);
    }
    if (given != null && !given.equals(sequence)) {
      things.add(thing(inNone, SEQUENCE, high(given), low(given), NO_PLACE, true));
    }
    String id = row.getString(Measurement.ROW_ID);
    if (id != null) {
      things.add(hashed(sequence == null ? inNone : inParts, ROW, id, place));
    }
    return things.iterator();
  }

  /** The row's group, for a split by homology its family of proteins. */
  private static void addGroups(
      Row row, List<PartChooser> dividers, Object[] inParts, Object[] inNone, List<Row> things) {
    Object[] byColumn = inParts.clone();
    for (int i = 0; i < dividers.size(); i++) {
      if (dividers.get(i).byFamily()) {
        Object[] inOne = inNone.clone();
        inOne[FIRST_SPLIT + i] = inParts[FIRST_SPLIT + i];
        byColumn[FIRST_SPLIT + i] = 0L;
        String family = "\n" + dividers.get(i).name() + "\n" + dividers.get(i).family(row);
        things.add(hashed(inOne, GROUP, family, NO_PLACE));
      }
    }
    String group = row.getString(Measurement.GROUP);
    if (group != null) {
      things.add(hashed(byColumn, GROUP, group, NO_PLACE));
    }
  }

  private static Row hashed(Object[] parts, int kind, String text, long place) {
    String hash = ContentHash.of("codonloom:census", text);
    return thing(parts, kind, high(hash), low(hash), place, false);
  }

  private static Row thing(
      Object[] parts, int kind, long high, long low, long place, boolean given) {
    Object[] values = parts.clone();
    values[0] = kind;
    values[1] = high;
    values[2] = low;
    values[3] = place;
    values[4] = given ? 1 : 0;
    return RowFactory.create(values);
  }

  private static long high(String hash) {
    return Long.parseUnsignedLong(hash, 0, 16, 16);
  }

  private static long low(String hash) {
    return Long.parseUnsignedLong(hash, 16, 32, 16);
  }

  /** How many row ids there are more than once. */
  long repeatedIds() {
    return counts.repeatedIds;
  }

  /** Distinct sequences among all rows, before any policy. */
  long given() {
    return counts.given;
  }

  /** Distinct sequences among the accepted rows. */
  long accepted() {
    return counts.accepted;
  }

  /** The first accepted row of each distinct sequence. */
  PlaceSet firstOfEachSequence() {
    PlaceSet places = new PlaceSet();
    counts.firsts.forEach(places::addAll);
    return places;
  }

  /** Each split's parts, of those that have rows, and what every two have in common. */
  Map<String, OfSplit> splits() {
    Map<String, OfSplit> splits = new TreeMap<>();
    for (int i = 0; i < dividers.size(); i++) {
      splits.put(dividers.get(i).name(), ofSplit(dividers.get(i).parts(), counts.common[i]));
    }
    return splits;
  }

  private static OfSplit ofSplit(List<String> names, long[][][] common) {
    long[][] rows = common[ROW];
    long[][] sequences = common[SEQUENCE];
    long[][] proteins = common[PROTEIN];
    long[][] groups = common[GROUP];
    Map<String, OfPart> parts = new TreeMap<>();
    List<Shared> shared = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (rows[i][i] == 0) {
        continue;
      }
      parts.put(
          names.get(i), new OfPart(rows[i][i], sequences[i][i], proteins[i][i], groups[i][i]));
      for (int j = i + 1; j < names.size(); j++) {
        if (rows[j][j] > 0) {
          shared.add(
              new Shared(
                  names.get(i), names.get(j), sequences[i][j], proteins[i][j], groups[i][j]));
        }
      }
    }
    return new OfSplit(parts, shared);
  }

  /** The counts of some of the things. */
  private static final class Counts implements Serializable {
    private static final long serialVersionUID = 1L;

    private long repeatedIds;
    private long given;
    private long accepted;
    private final ArrayList<byte[]> firsts = new ArrayList<>();

    /** By split, kind and two parts, the first not after the second. */
    private final long[][][][] common;

    Counts(List<PartChooser> dividers) {
      common = new long[dividers.size()][KINDS][][];
      for (int split = 0; split < common.length; split++) {
        int parts = dividers.get(split).parts().size();
        for (int kind = 0; kind < common[split].length; kind++) {
          common[split][kind] = new long[parts][parts];
        }
      }
    }

    /** Of rows of kind, 128 bits, first place, given, rows, and the parts of each split. */
    static Counts of(Iterator<Row> things, List<PartChooser> dividers) {
      Counts counts = new Counts(dividers);
      PlaceSet firsts = new PlaceSet();
      things.forEachRemaining(thing -> counts.add(thing, firsts));
      counts.firsts.add(firsts.serialized());
      return counts;
    }

    private void add(Row thing, PlaceSet firsts) {
      int kind = thing.getInt(0);
      long place = thing.getLong(3);
      if (kind == ROW && thing.getLong(5) > 1) {
        repeatedIds++;
      }
      if (kind == SEQUENCE) {
        given += thing.getInt(4);
        if (place != NO_PLACE) {
          accepted++;
          firsts.add(place);
        }
      }
      for (int split = 0; split < common.length; split++) {
        long parts = thing.getLong(FIRST_SPLIT + 1 + split);
        for (long first = parts; first != 0; first &= first - 1) {
          int i = Long.numberOfTrailingZeros(first);
          for (long second = first; second != 0; second &= second - 1) {
            common[split][kind][i][Long.numberOfTrailingZeros(second)]++;
          }
        }
      }
    }

    void add(Counts other) {
      repeatedIds += other.repeatedIds;
      given += other.given;
      accepted += other.accepted;
      firsts.addAll(other.firsts);
      for (int split = 0; split < common.length; split++) {
        for (int kind = 0; kind < common[split].length; kind++) {
          for (int i = 0; i < common[split][kind].length; i++) {
            for (int j = i; j < common[split][kind][i].length; j++) {
              common[split][kind][i][j] += other.common[split][kind][i][j];
            }
          }
        }
      }
    }
  }
}
