package io.codonloom.job.prepare;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.size;

import io.codonloom.config.Split;
import io.codonloom.sequence.ProteinKmers;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which proteins resemble each other, directly or through others: those that share at least a given
 * part of their k-mers, compared in full where the {@link KmerIndex} finds a pair, and what is
 * linked by such pairs. A family is called after its smallest member, whatever the order of the
 * rows. The driver holds two numbers for each protein that resembles another one.
 */
final class ProteinFamilies implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(ProteinFamilies.class);

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
    Dataset<Row> proteins = KmerIndex.proteins(sequences);
    FilterFunction<Row> alike =
        row ->
            ProteinKmers.share(
                    ProteinKmers.of(row.getString(2), k), ProteinKmers.of(row.getString(3), k))
                >= minShare;
    MapPartitionsFunction<Row, Row> spanning = ProteinFamilies::forest;
    Families families = new Families();
    KmerIndex.withTexts(candidates(proteins, k), proteins)
        .filter(alike)
        .mapPartitions(spanning, Encoders.row(KmerIndex.pair()))
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
    FlatMapFunction<Row, Row> pairs = row -> pairs(row.getList(1));
    return KmerIndex.postings(proteins, k)
        .groupBy(KmerIndex.KMER)
        .agg(array_sort(collect_list(KmerIndex.ID)).as(KmerIndex.ID))
        .where(size(col(KmerIndex.ID)).gt(1))
        .flatMap(pairs, Encoders.row(KmerIndex.pair()))
        .distinct();
  }

  private static Iterator<Row> pairs(List<Long> ids) {
    List<Row> pairs = new ArrayList<>();
    for (int center = 0; center < Math.min(KmerIndex.CENTERS, ids.size()); center++) {
      for (int i = center + 1; i < ids.size(); i++) {
        pairs.add(RowFactory.create(ids.get(center), ids.get(i)));
      }
    }
    return pairs.iterator();
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

  /** The name of a protein's family. */
  String of(String proteinKey) {
    long id = KmerIndex.id(proteinKey);
    int place = Arrays.binarySearch(members.value()[0], id);
    return Long.toHexString(place < 0 ? id : members.value()[1][place]);
  }
}
