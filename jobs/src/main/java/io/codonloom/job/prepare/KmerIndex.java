package io.codonloom.job.prepare;

import static org.apache.spark.sql.functions.col;

import io.codonloom.sequence.ProteinKmers;
import io.codonloom.workspace.TableColumns;
import java.util.Arrays;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Which proteins have which k-mers, so that alike ones are found without comparing all: as in
 * Linclust (Steinegger and Söding, Nature Communications 2018), of the proteins with a k-mer only
 * the first few are held against others. The work grows with the number of proteins and not with
 * its square.
 */
final class KmerIndex {
  static final String ID = "id";
  static final String OTHER = "other";
  static final String KMER = "kmer";

  /** So many of the proteins with a k-mer are held against all others with it. */
  static final int CENTERS = 32;

  /** So many of a protein's k-mers are looked up, a sample of those of a longer one. */
  private static final int LOOKED_UP = 256;

  private KmerIndex() {}

  /** A protein's number, from its key. */
  static long id(String key) {
    return Long.parseUnsignedLong(key, 0, 16, 16);
  }

  /** Numbers and texts of distinct proteins, from the sequences table. */
  static Dataset<Row> proteins(Dataset<Row> sequences) {
    MapFunction<Row, Row> identify =
        row -> RowFactory.create(id(row.getString(0)), row.getString(1));
    return sequences
        .select(TableColumns.KEY, TableColumns.SEQUENCE)
        .dropDuplicates(TableColumns.KEY)
        .map(
            identify,
            Encoders.row(
                new StructType()
                    .add(ID, DataTypes.LongType)
                    .add(TableColumns.SEQUENCE, DataTypes.StringType)));
  }

  /** The k-mers that are looked up, each with its protein. */
  static Dataset<Row> postings(Dataset<Row> proteins, int k) {
    FlatMapFunction<Row, Row> lookedUp =
        row ->
            Arrays.stream(ProteinKmers.of(row.getString(1), k))
                .limit(LOOKED_UP)
                .mapToObj(kmer -> RowFactory.create(kmer, row.getLong(0)))
                .iterator();
    return proteins
        .select(ID, TableColumns.SEQUENCE)
        .flatMap(
            lookedUp,
            Encoders.row(
                new StructType().add(KMER, DataTypes.LongType).add(ID, DataTypes.LongType)));
  }

  /** The pairs with both proteins' texts, in the columns 2 and 3. */
  static Dataset<Row> withTexts(Dataset<Row> pairs, Dataset<Row> proteins) {
    String otherSequence = "other_sequence";
    return pairs
        .join(proteins.select(ID, TableColumns.SEQUENCE), ID)
        .join(
            proteins.select(col(ID).as(OTHER), col(TableColumns.SEQUENCE).as(otherSequence)), OTHER)
        .select(ID, OTHER, TableColumns.SEQUENCE, otherSequence);
  }

  /** The columns of a pair. */
  static StructType pair() {
    return new StructType().add(ID, DataTypes.LongType).add(OTHER, DataTypes.LongType);
  }
}
