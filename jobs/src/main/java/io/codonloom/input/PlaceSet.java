package io.codonloom.input;

import static org.apache.spark.sql.functions.udf;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/**
 * A set of rows by their places. Places of one block lie one beside the other, so that it takes a
 * bit for each row of the input at most: the driver can hold it and each executor have a copy.
 */
public final class PlaceSet {
  private final Roaring64Bitmap places = new Roaring64Bitmap();

  /** The places in the first column of a table. */
  public static PlaceSet collect(Dataset<Row> rows) {
    MapPartitionsFunction<Row, byte[]> gather =
        some -> {
          PlaceSet set = new PlaceSet();
          some.forEachRemaining(row -> set.add(row.getLong(0)));
          return List.of(set.serialized()).iterator();
        };
    PlaceSet set = new PlaceSet();
    rows.mapPartitions(gather, Encoders.BINARY()).collectAsList().forEach(set::addAll);
    return set;
  }

  public void add(long place) {
    places.addLong(place);
  }

  public void addAll(byte[] serialized) {
    Roaring64Bitmap other = new Roaring64Bitmap();
    try {
      other.deserialize(new DataInputStream(new ByteArrayInputStream(serialized)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    places.or(other);
  }

  public byte[] serialized() {
    places.runOptimize();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      places.serialize(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Brings the set to the executors. */
  public OnExecutors broadcast(SparkSession spark) {
    return new OnExecutors(
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(serialized()));
  }

  /** A set that tasks may ask. */
  public static final class OnExecutors implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Broadcast<byte[]> bytes;
    private transient PlaceSet set;

    private OnExecutors(Broadcast<byte[]> bytes) {
      this.bytes = bytes;
    }

    public boolean contains(long place) {
      if (set == null) {
        set = new PlaceSet();
        set.addAll(bytes.value());
      }
      return set.places.contains(place);
    }

    public Column contains(Column place) {
      return udf((UDF1<Long, Boolean> & Serializable) this::contains, DataTypes.BooleanType)
          .apply(place);
    }
  }
}
