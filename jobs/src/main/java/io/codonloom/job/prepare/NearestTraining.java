package io.codonloom.job.prepare;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.slice;

import io.codonloom.UserException;
import io.codonloom.config.Split;
import io.codonloom.sequence.ProteinKmers;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * How alike each protein outside of a split's training part is to the nearest one in it: the
 * greatest Jaccard index of their k-mers, among the pairs that the {@link KmerIndex} finds. The
 * driver holds a number for each such protein.
 */
final class NearestTraining implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String TRAIN = "train";
  private static final String SIMILARITY = "similarity";

  /** A protein's number and its similarity, sorted by number. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Near(long[] ids, double[] similarities) implements Serializable {}

  private final int train;
  private final Broadcast<Near> near;

  private NearestTraining(int train, Broadcast<Near> near) {
    this.train = train;
    this.near = near;
  }

  /**
   * Compares.
   *
   * @param measurements of {@link Measurement}
   * @param sequences of proteins, with their keys
   * @throws UserException if the split has no part {@code train}
   */
  static NearestTraining of(
      Dataset<Row> measurements, Dataset<Row> sequences, PartChooser divider, Split split) {
    int train = divider.parts().indexOf(TRAIN);
    if (train < 0) {
      throw new UserException(
          "split %s has no part train: take nearest = true away".formatted(split.name()));
    }
    int k = split.kmer();
    MapFunction<Row, Row> side =
        row ->
            RowFactory.create(
                KmerIndex.id(row.getString(Measurement.PROTEIN_KEY)), divider.part(row) == train);
    Dataset<Row> trained =
        measurements
            .map(
                side,
                Encoders.row(
                    new StructType()
                        .add(KmerIndex.ID, DataTypes.LongType)
                        .add(TRAIN, DataTypes.BooleanType)))
            .groupBy(KmerIndex.ID)
            .agg(max(TRAIN).as(TRAIN));
    Dataset<Row> all = KmerIndex.proteins(sequences);
    Dataset<Row> proteins = all.join(trained, KmerIndex.ID);
    Dataset<Row> centers =
        KmerIndex.postings(proteins.where(col(TRAIN)), k)
            .groupBy(KmerIndex.KMER)
            .agg(
                slice(array_sort(collect_list(KmerIndex.ID)), 1, KmerIndex.CENTERS)
                    .as(KmerIndex.OTHER))
            .select(col(KmerIndex.KMER), explode(col(KmerIndex.OTHER)).as(KmerIndex.OTHER));
    Dataset<Row> pairs =
        KmerIndex.postings(proteins.where(col(TRAIN).equalTo(lit(false))), k)
            .join(centers, KmerIndex.KMER)
            .select(KmerIndex.ID, KmerIndex.OTHER)
            .distinct();
    MapFunction<Row, Row> compare =
        row ->
            RowFactory.create(
                row.getLong(0),
                ProteinKmers.jaccard(
                    ProteinKmers.of(row.getString(2), k), ProteinKmers.of(row.getString(3), k)));
    List<Row> found =
        KmerIndex.withTexts(pairs, all)
            .map(
                compare,
                Encoders.row(
                    new StructType()
                        .add(KmerIndex.ID, DataTypes.LongType)
                        .add(SIMILARITY, DataTypes.DoubleType)))
            .groupBy(KmerIndex.ID)
            .agg(max(SIMILARITY))
            // Those in the training part, too, are as near as can be.
            .union(trained.where(col(TRAIN)).select(col(KmerIndex.ID), lit(1.0)))
            .orderBy(KmerIndex.ID)
            .collectAsList();
    Near near =
        new Near(
            found.stream().mapToLong(row -> row.getLong(0)).toArray(),
            found.stream().mapToDouble(row -> row.getDouble(1)).toArray());
    return new NearestTraining(
        train,
        JavaSparkContext.fromSparkContext(sequences.sparkSession().sparkContext()).broadcast(near));
  }

  /** A measurement's similarity; null in the training part. */
  Double of(String proteinKey, int part) {
    if (part == train) {
      return null;
    }
    int place = Arrays.binarySearch(near.value().ids(), KmerIndex.id(proteinKey));
    return place < 0 ? 0 : near.value().similarities()[place];
  }
}
