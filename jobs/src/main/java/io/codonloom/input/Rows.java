package io.codonloom.input;

import java.util.Arrays;
import java.util.Iterator;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import scala.collection.JavaConverters;

/** One row after the other, so that a partition never lies in memory as a whole. */
final class Rows {
  private Rows() {}

  /**
   * A row of {@link InputTable#SCHEMA}. The fields are a Scala collection, as Row wants them.
   *
   * @param malformed why it is no row of the table; null if it is one
   */
  static Row input(long block, long index, String malformed, LineState state, String[] fields) {
    return RowFactory.create(
        block, index, malformed, state.code(), JavaConverters.asScalaBuffer(Arrays.asList(fields)));
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
