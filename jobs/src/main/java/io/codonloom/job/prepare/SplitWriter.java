package io.codonloom.job.prepare;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;

import io.codonloom.UserException;
import io.codonloom.config.Split;
import io.codonloom.config.SplitBy;
import io.codonloom.job.prepare.PrepareCounts.OfPart;
import io.codonloom.job.prepare.PrepareCounts.OfSplit;
import io.codonloom.job.prepare.PrepareCounts.Shared;
import io.codonloom.sequence.ContentHash;
import io.codonloom.table.TableColumns;
import io.codonloom.table.TableWriter;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/**
 * Divides a dataset's measurements into parts and says what the parts have in common. A row's part
 * follows from the seed and the hash of what is kept together, so rows that come later move none.
 * Folds are called {@code fold0}, {@code fold1} and so on.
 *
 * <p>Input rows: {@code row_id}, {@code sequence_id}, {@code protein_key}, {@code group}, {@code
 * part} (the value of the split column).
 */
final class SplitWriter {
  private static final String MASK = "mask";

  private final Path folder;
  private final Split split;

  /**
   * @param table all splits of all datasets
   */
  SplitWriter(Path table, String dataset, Split split) {
    this.folder =
        TableWriter.partition(
            TableWriter.partition(table, TableColumns.DATASET, dataset), "split", split.name());
    this.split = split;
  }

  /** Replaces the split's folder and counts what was written. */
  OfSplit write(Dataset<Row> rows) {
    Dataset<Row> assigned = rows.withColumn(TableColumns.PART, part());
    Dataset<Row> table = assigned.select(TableColumns.ROW_ID, TableColumns.PART);
    TableWriter.replace(table, folder);
    return counts(
        assigned, rows.sparkSession().read().schema(table.schema()).parquet(folder.toString()));
  }

  /** What {@link #write} would count. */
  OfSplit preview(Dataset<Row> rows) {
    Dataset<Row> assigned = rows.withColumn(TableColumns.PART, part());
    return counts(assigned, assigned);
  }

  private OfSplit counts(Dataset<Row> assigned, Dataset<Row> table) {
    Map<String, Long> rowsOfPart = new TreeMap<>();
    for (Row row : table.groupBy(TableColumns.PART).count().collectAsList()) {
      rowsOfPart.put(row.getString(0), row.getLong(1));
    }
    if (rowsOfPart.size() > Split.MAX_PARTS) {
      throw new UserException(
          "split "
              + split.name()
              + " has "
              + rowsOfPart.size()
              + " parts, more than "
              + Split.MAX_PARTS
              + ": its column must name parts such as train, val and test");
    }
    return compare(assigned, rowsOfPart);
  }

  private Column part() {
    if (split.by() == SplitBy.COLUMN) {
      return col(TableColumns.PART);
    }
    Column unit =
        switch (split.by()) {
          case SEQUENCE -> col(TableColumns.SEQUENCE_ID);
          case GROUP -> col(RowCheck.GROUP);
          case ROW, COLUMN -> col(TableColumns.ROW_ID);
        };
    return udf((UDF1<String, String> & Serializable) new Divider(split)::part, DataTypes.StringType)
        .apply(unit);
  }

  /** Which part something belongs to. */
  static final class Divider implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String header;
    private final ArrayList<String> names = new ArrayList<>();
    private final ArrayList<Double> ends = new ArrayList<>();

    Divider(Split split) {
      header = "codonloom:split:1\n" + split.seed();
      Map<String, Double> shares = new TreeMap<>(split.fractions());
      if (split.folds() > 0) {
        shares.clear();
        IntStream.range(0, split.folds())
            .forEach(fold -> shares.put("fold" + fold, 1.0 / split.folds()));
      }
      double end = 0;
      for (Map.Entry<String, Double> share : shares.entrySet()) {
        end += share.getValue();
        names.add(share.getKey());
        ends.add(end);
      }
    }

    String part(String unit) {
      double place = ContentHash.fraction(header, unit);
      for (int i = 0; i < names.size() - 1; i++) {
        if (place < ends.get(i)) {
          return names.get(i);
        }
      }
      return names.get(names.size() - 1);
    }
  }

  /** Each value's parts as bits of one number: two aggregations give all pairs at once. */
  private static OfSplit compare(Dataset<Row> assigned, Map<String, Long> rowsOfPart) {
    List<String> parts = List.copyOf(rowsOfPart.keySet());
    Map<String, Long> bits = new HashMap<>();
    parts.forEach(part -> bits.put(part, 1L << bits.size()));
    Column bit =
        udf((UDF1<String, Long> & Serializable) bits::get, DataTypes.LongType)
            .apply(col(TableColumns.PART));
    String explode = "explode(values)";
    List<Row> masks =
        assigned
            .select(
                bit.as(MASK),
                array(
                        struct(lit(0).as("kind"), col(TableColumns.SEQUENCE_ID).as("value")),
                        struct(lit(1).as("kind"), col(RowCheck.PROTEIN_KEY).as("value")),
                        struct(lit(2).as("kind"), col(RowCheck.GROUP).as("value")))
                    .as("values"))
            .select(col(MASK), expr(explode).as("v"))
            .where("v.value is not null")
            .groupBy("v.kind", "v.value")
            .agg(expr("bit_or(mask)").as(MASK))
            .groupBy("kind", MASK)
            .agg(count(lit(1)))
            .collectAsList();
    long[][][] common = new long[3][parts.size()][parts.size()];
    for (Row row : masks) {
      for (int i = 0; i < parts.size(); i++) {
        for (int j = i; j < parts.size(); j++) {
          if ((row.getLong(1) >> i & row.getLong(1) >> j & 1) == 1) {
            common[row.getInt(0)][i][j] += row.getLong(2);
          }
        }
      }
    }
    Map<String, OfPart> ofParts = new TreeMap<>();
    List<Shared> shared = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      String name = parts.get(i);
      ofParts.put(
          name,
          new OfPart(rowsOfPart.get(name), common[0][i][i], common[1][i][i], common[2][i][i]));
      for (int j = i + 1; j < parts.size(); j++) {
        shared.add(
            new Shared(name, parts.get(j), common[0][i][j], common[1][i][j], common[2][i][j]));
      }
    }
    return new OfSplit(ofParts, shared);
  }
}
