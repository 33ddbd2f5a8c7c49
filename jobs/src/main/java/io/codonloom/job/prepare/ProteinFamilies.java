package io.codonloom.job.prepare;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.size;

import io.codonloom.config.Split;
import io.codonloom.sequence.ProteinKmers;
import io.codonloom.table.TableColumns;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which proteins resemble each other, directly or through others: those that share at least a given
 * part of their k-mers, and what is linked by such pairs. A family is called after its smallest
 * member, whatever the order of the rows.
 *
 * <p>Pairs are looked for as in Linclust (Steinegger and Söding, Nature Communications 2018): the
 * proteins that have a k-mer in common are held against the first few of them only, so that the
 * work grows with their number and not with its square; each such pair is then compared in full.
 * The driver holds two numbers for each protein that resembles another one.
 */
final class ProteinFamilies implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(ProteinFamilies.class);

  /** So many of a protein's k-mers are looked up, a sample of those of a longer one. */
  private static final int LOOKED_UP = 256;

  /** So many of the proteins with a k-mer are held against all others with it. */
  private static final int CENTERS = 32;

  private static final String ID = "id";
  private static final String OTHER = "other";
  private static final String KMER = "kmer";

  /** The members of families of several, sorted, and the smallest of each one's family. */
  private final Broadcast<long[][]> members;

  private ProteinFamilies(Broadcast<long[][]> members) {
    this.members = members;
  }

  /**
   * Finds the families.
   *
   * @param sequences of proteins, with their keys
   * @param split what counts as alike
   */
  static ProteinFamilies of(Dataset<Row> sequences, Split split) {
    int k = split.kmer();
    double minShare = split.minShare();
    MapFunction<Row, Row> identify =
        row -> RowFactory.create(id(row.getString(0)), row.getString(1));
    Dataset<Row> proteins =
        sequences
            .select(TableColumns.KEY, TableColumns.SEQUENCE)
            .dropDuplicates(TableColumns.KEY)
            .map(
                identify,
                Encoders.row(
                    new StructType()
                        .add(ID, DataTypes.LongType)
                        .add(TableColumns.SEQUENCE, DataTypes.StringType)));
    FilterFunction<Row> alike =
        row ->
            ProteinKmers.share(
                    ProteinKmers.of(row.getString(2), k), ProteinKmers.of(row.getString(3), k))
                >= minShare;
    String otherSequence = "other_sequence";
    MapPartitionsFunction<Row, Row> spanning = ProteinFamilies::forest;
    Families families = new Families();
    candidates(proteins, k)
        .join(proteins, ID)
        .join(
            proteins.select(col(ID).as(OTHER), col(TableColumns.SEQUENCE).as(otherSequence)), OTHER)
        .select(ID, OTHER, TableColumns.SEQUENCE, otherSequence)
        .filter(alike)
        .mapPartitions(spanning, Encoders.row(pair()))
        .toLocalIterator()
        .forEachRemaining(row -> families.join(row.getLong(0), row.getLong(1)));
    long[][] members = families.members();
    LOG.info(
        "split {}: {} proteins resemble others, in {} families, the largest of {}",
        split.name(),
        members[0].length,
        families.count(),
        families.largest());
    return new ProteinFamilies(
        JavaSparkContext.fromSparkContext(sequences.sparkSession().sparkContext())
            .broadcast(members));
  }

  /** Pairs of proteins with a k-mer in common, each once. */
  private static Dataset<Row> candidates(Dataset<Row> proteins, int k) {
    FlatMapFunction<Row, Row> lookedUp =
        row ->
            Arrays.stream(ProteinKmers.of(row.getString(1), k))
                .limit(LOOKED_UP)
                .mapToObj(kmer -> RowFactory.create(kmer, row.getLong(0)))
                .iterator();
    FlatMapFunction<Row, Row> pairs = row -> pairs(row.getList(1));
    return proteins
        .flatMap(
            lookedUp,
            Encoders.row(
                new StructType().add(KMER, DataTypes.LongType).add(ID, DataTypes.LongType)))
        .groupBy(KMER)
        .agg(array_sort(collect_list(ID)).as(ID))
        .where(size(col(ID)).gt(1))
        .flatMap(pairs, Encoders.row(pair()))
        .distinct();
  }

  private static Iterator<Row> pairs(List<Long> ids) {
    List<Row> pairs = new ArrayList<>();
    for (int center = 0; center < Math.min(CENTERS, ids.size()); center++) {
      for (int i = center + 1; i < ids.size(); i++) {
        pairs.add(RowFactory.create(ids.get(center), ids.get(i)));
      }
    }
    return pairs.iterator();
  }

  private static StructType pair() {
    return new StructType().add(ID, DataTypes.LongType).add(OTHER, DataTypes.LongType);
  }

  /** Of some pairs those that join families which the ones before have not joined. */
  private static Iterator<Row> forest(Iterator<Row> pairs) {
    Families families = new Families();
    List<Row> forest = new ArrayList<>();
    pairs.forEachRemaining(
        row -> {
          if (families.join(row.getLong(0), row.getLong(1))) {
            forest.add(RowFactory.create(row.getLong(0), row.getLong(1)));
          }
        });
    return forest.iterator();
  }

  private static long id(String key) {
    return Long.parseUnsignedLong(key, 0, 16, 16);
  }

  /** The name of a protein's family. */
  String of(String proteinKey) {
    long id = id(proteinKey);
    int place = Arrays.binarySearch(members.value()[0], id);
    return Long.toHexString(place < 0 ? id : members.value()[1][place]);
  }
}
