package io.codonloom.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.SparkSessions;
import io.codonloom.workspace.TableColumns;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class DataFingerprintTest {
  private static final StructType SCHEMA =
      new StructType()
          .add(TableColumns.LABEL, DataTypes.DoubleType)
          .add(TableColumns.ROW_ID, DataTypes.StringType)
          .add(TableColumns.SEQUENCE_ID, DataTypes.StringType)
          .add(TableColumns.PART, DataTypes.StringType);

  private final SparkSession spark = SparkSessions.local();
  private final List<Row> rows =
      List.of(
          RowFactory.create(1.5, "a", "s1", "train"),
          RowFactory.create(2.5, "b", "s1", "train"),
          RowFactory.create(-0.5, "c", "s2", "val"));

  @Test
  void theRowsCountAndNotTheirOrderOrFiles() {
    List<Row> reversed = new ArrayList<>(rows);
    Collections.reverse(reversed);
    assertThat(of(reversed, 2)).isEqualTo(of(rows, 1)).hasSize(64);
  }

  @Test
  void anotherLabelSequencePartOrIdIsOtherData() {
    String before = of(rows, 1);
    for (Row other :
        List.of(
            RowFactory.create(1.25, "a", "s1", "train"),
            RowFactory.create(1.5, "a", "s3", "train"),
            RowFactory.create(1.5, "a", "s1", "val"),
            RowFactory.create(1.5, "d", "s1", "train"))) {
      assertThat(of(List.of(other, rows.get(1), rows.get(2)), 1)).isNotEqualTo(before);
    }
    assertThat(of(rows.subList(0, 2), 1)).isNotEqualTo(before);
  }

  private String of(List<Row> some, int partitions) {
    return DataFingerprint.of(spark.createDataFrame(some, SCHEMA).repartition(partitions));
  }
}
