package io.codonloom.input;

import com.google.common.collect.Iterators;
import java.util.Arrays;
import java.util.Iterator;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import scala.collection.JavaConverters;

/** One row after the other, so that a partition never lies in memory as a whole. */
final class Rows {
  private Rows() {}

  /** A row of {@link InputTable#SCHEMA}. The fields are a Scala collection, as Row wants them. */
  static Row input(RowPlace place, long index, boolean malformed, Quotes quotes, String[] fields) {
    return RowFactory.create(
        place.block(),
        index,
        malformed,
        quotes.code(),
        JavaConverters.asScalaBuffer(Arrays.asList(fields)));
  }

  /**
   * Leaves out the first row of each file if it is such a one.
   *
   * @param rows with the file's path and the block's first byte in their first two columns
   */
  static Iterator<Row> withoutFirst(Iterator<Row> rows, Predicate<Row> which) {
    String[] previous = new String[1];
    return Iterators.filter(
        rows,
        row -> {
          boolean first = row.getLong(1) == 0 && !row.getString(0).equals(previous[0]);
          previous[0] = row.getString(0);
          return !(first && which.test(row));
        });
  }

  static Iterator<Row> map(Iterator<Row> rows, Function<Row, Row> function) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        return function.apply(rows.next());
      }
    };
  }
}
