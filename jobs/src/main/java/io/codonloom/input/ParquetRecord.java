package io.codonloom.input;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;

/** Takes a row's values as Parquet gives them, and makes text of each by its column's rule. */
final class ParquetRecord extends RecordMaterializer<String[]> {
  private final Values values;

  /**
   * @param rules in the order of the columns
   */
  ParquetRecord(List<Function<Object, String>> rules) {
    values = new Values(rules);
  }

  /** The row's texts, null where it has no value; the same array for every row. */
  @Override
  public String[] getCurrentRecord() {
    return values.texts;
  }

  @Override
  public GroupConverter getRootConverter() {
    return values;
  }

  private static final class Values extends GroupConverter {
    private final String[] texts;
    private final Column[] columns;

    Values(List<Function<Object, String>> rules) {
      texts = new String[rules.size()];
      columns = new Column[rules.size()];
      for (int i = 0; i < columns.length; i++) {
        columns[i] = new Column(texts, i, rules.get(i));
      }
    }

    @Override
    public Converter getConverter(int column) {
      return columns[column];
    }

    @Override
    public void start() {
      Arrays.fill(texts, null);
    }

    @Override
    public void end() {}
  }

  private static final class Column extends PrimitiveConverter {
    private final String[] texts;
    private final int index;
    private final Function<Object, String> rule;

    Column(String[] texts, int index, Function<Object, String> rule) {
      this.texts = texts;
      this.index = index;
      this.rule = rule;
    }

    private void put(Object value) {
      texts[index] = rule.apply(value);
    }

    @Override
    public void addBinary(Binary value) {
      put(value);
    }

    @Override
    public void addBoolean(boolean value) {
      put(value);
    }

    @Override
    public void addDouble(double value) {
      put(value);
    }

    @Override
    public void addFloat(float value) {
      put(value);
    }

    @Override
    public void addInt(int value) {
      put(value);
    }

    @Override
    public void addLong(long value) {
      put(value);
    }
  }
}
