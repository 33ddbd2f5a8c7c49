package io.codonloom.workspace;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.codonloom.SparkSessions;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableWriterTest {
  @TempDir Path folder;

  private static Iterator<InternalRow> numbers(long from, long to) {
    return LongStream.range(from, to)
        .<InternalRow>mapToObj(n -> new GenericInternalRow(new Object[] {n}))
        .iterator();
  }

  @Test
  void aSecondAttemptAtATaskDoublesNoRowAndAHalfOneLeavesNone() throws Exception {
    SparkSession spark = SparkSessions.local();
    String table = folder.resolve("table").toUri().toString();
    PartitionWriter writer =
        new PartitionWriter(
            new StructType().add("n", DataTypes.LongType, false),
            table,
            List.of(),
            Set.of(),
            "id",
            new SerializableConfiguration(new Configuration()));
    Iterator<InternalRow> half =
        new Iterator<>() {
          private final Iterator<InternalRow> rows = numbers(0, 50);

          @Override
          public boolean hasNext() {
            return true;
          }

          @Override
          public InternalRow next() {
            return rows.next(); // Fails behind the last, as a task whose input fails.
          }
        };
    assertThat(catchThrowable(() -> writer.call(0, half)))
        .isInstanceOf(NoSuchElementException.class);
    Map<String, Long> first = writer.call(0, numbers(0, 100)).next();
    Map<String, Long> again = writer.call(0, numbers(0, 100)).next();
    writer.call(1, numbers(100, 130));
    assertThat(first).isEqualTo(again).containsEntry("", 100L);
    assertThat(
            TableReader.read(spark, new org.apache.hadoop.fs.Path(table))
                .agg(count("n"), countDistinct("n"))
                .first())
        .extracting(row -> row.getLong(0), row -> row.getLong(1))
        .containsExactly(130L, 130L);
  }
}
