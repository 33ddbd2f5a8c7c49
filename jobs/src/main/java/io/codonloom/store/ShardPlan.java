package io.codonloom.store;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.conv;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.format_string;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.udf;

import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableReader;
import io.codonloom.workspace.TableWriter;
import io.codonloom.workspace.WholeFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Which encoder input goes into which shard of a store: {@code plan/generation=NNNN/}, each with
 * the columns modality, key, n_codons, shard.
 *
 * <p>A generation is written once, by its inputs' keys and lengths alone, so that it is the same
 * whatever the order and partitioning of the sequences. Inputs that come later form the next
 * generation. Where a key stands in several generations the last one counts: that happens when the
 * sequences of an unfinished shard are gone and what is left of it is planned anew.
 */
public final class ShardPlan {
  /** The name of a shard; a partition of the store. */
  public static final String SHARD = "shard";

  static final String FOLDER = "plan";

  /** Written after a generation's files. Spark's own would depend on the cluster's settings. */
  private static final String COMPLETE = "_SUCCESS";

  private static final String BAND = "band";
  private static final String GENERATION = "generation";
  private static final long ROWS_PER_FILE = 1_000_000;

  private static final StructType SCHEMA =
      new StructType()
          .add(TableColumns.MODALITY, DataTypes.StringType, false)
          .add(TableColumns.KEY, DataTypes.StringType, false)
          .add(TableColumns.N_CODONS, DataTypes.IntegerType, false)
          .add(SHARD, DataTypes.StringType, false);

  private final SparkSession spark;
  private final Path folder;
  private final boolean written;
  private final Runnable beforeWriting;
  private final List<Dataset<Row>> unwritten = new ArrayList<>();

  /** The plan of a store. */
  public ShardPlan(SparkSession spark, Path store) {
    this(spark, store, () -> {});
  }

  /**
   * The plan of a store.
   *
   * @param beforeWriting throws where this job has lost the right to write into the store
   */
  public ShardPlan(SparkSession spark, Path store, Runnable beforeWriting) {
    this(spark, store, true, beforeWriting);
  }

  private ShardPlan(SparkSession spark, Path store, boolean written, Runnable beforeWriting) {
    this.beforeWriting = beforeWriting;
    this.spark = spark;
    this.folder = folder(store);
    this.written = written;
  }

  /** The plan of a store, in which generations that are added stay in this object alone. */
  public static ShardPlan rehearsal(SparkSession spark, Path store) {
    return new ShardPlan(spark, store, false, () -> {});
  }

  /**
   * The length band of an input: bands are powers of √2, so that the longest of a band is at most
   * 1.42 times the shortest. Computed in whole numbers.
   */
  public static int band(int codons) {
    int power = 31 - Integer.numberOfLeadingZeros(codons);
    return 2 * power + ((long) codons * codons >= 1L << (2 * power + 1) ? 1 : 0);
  }

  /** The band in a shard's name. */
  public static int bandOf(String shard) {
    return Integer.parseInt(shard.substring(shard.indexOf("-b") + 2, shard.lastIndexOf('-')));
  }

  /** Every planned input: modality, key, n_codons, shard. */
  public Dataset<Row> inputs() throws IOException {
    List<Dataset<Row>> tables = new ArrayList<>();
    for (int generation : generations()) {
      tables.add(read(generation));
    }
    tables.addAll(unwritten);
    if (tables.isEmpty()) {
      return spark.createDataFrame(List.of(), SCHEMA);
    }
    if (tables.size() == 1) {
      return tables.get(0);
    }
    Dataset<Row> all = tables.get(0).withColumn(GENERATION, lit(0));
    for (int age = 1; age < tables.size(); age++) {
      all = all.union(tables.get(age).withColumn(GENERATION, lit(age)));
    }
    return all.groupBy(TableColumns.MODALITY, TableColumns.KEY)
        .agg(max(struct(GENERATION, TableColumns.N_CODONS, SHARD)).as("last"))
        .select(
            TableColumns.MODALITY,
            TableColumns.KEY,
            "last." + TableColumns.N_CODONS,
            "last." + SHARD);
  }

  /** Every generation's inputs as written, also those that stand in a later one again. */
  public Dataset<Row> history() throws IOException {
    Dataset<Row> all = spark.createDataFrame(List.of(), SCHEMA);
    for (int generation : generations()) {
      all = all.union(read(generation));
    }
    return all;
  }

  /** Where the plan of a store lies. */
  public static Path folder(Path store) {
    return new Path(StoreRecords.folder(store), FOLDER);
  }

  private Dataset<Row> read(int generation) {
    return TableReader.strict(spark).schema(SCHEMA).parquet(TableReader.path(folder(generation)));
  }

  /** The generations that are complete; the remains of others count for nothing. */
  List<Integer> generations() throws IOException {
    Configuration conf = spark.sparkContext().hadoopConfiguration();
    FileSystem fs = folder.getFileSystem(conf);
    List<Integer> complete = new ArrayList<>();
    if (fs.exists(folder)) {
      for (FileStatus status : fs.listStatus(folder)) {
        String name = status.getPath().getName();
        if (name.startsWith(GENERATION + "=") && fs.exists(new Path(status.getPath(), COMPLETE))) {
          complete.add(Integer.parseInt(name.substring(GENERATION.length() + 1)));
        }
      }
    }
    complete.sort(null);
    return complete;
  }

  /**
   * Adds the next generation.
   *
   * @param inputs modality, key, n_codons; each key of a modality once
   * @param shardCodons how many codons a shard is to have, about
   * @return whether there was anything to plan
   */
  public boolean add(Dataset<Row> inputs, int shardCodons) throws IOException {
    UDF1<Integer, Integer> band = ShardPlan::band;
    UserDefinedFunction bandOfCodons = udf(band, DataTypes.IntegerType);
    Dataset<Row> banded =
        inputs
            .select(TableColumns.MODALITY, TableColumns.KEY, TableColumns.N_CODONS)
            .withColumn(BAND, bandOfCodons.apply(col(TableColumns.N_CODONS)));
    List<Row> bands = new ArrayList<>();
    long rows = 0;
    for (Row total :
        banded
            .groupBy(TableColumns.MODALITY, BAND)
            .agg(sum(TableColumns.N_CODONS).as("codons"), count(lit(1)).as("inputs"))
            .collectAsList()) {
      long shards = (total.<Long>getAs("codons") + shardCodons - 1) / shardCodons;
      bands.add(RowFactory.create(total.getString(0), total.getInt(1), shards));
      rows += total.<Long>getAs("inputs");
    }
    if (rows == 0) {
      return false;
    }
    List<Integer> former = generations();
    int last = former.isEmpty() ? 0 : former.get(former.size() - 1);
    int generation = last + unwritten.size() + 1;
    StructType bandSchema =
        new StructType()
            .add(TableColumns.MODALITY, DataTypes.StringType, false)
            .add(BAND, DataTypes.IntegerType, false)
            .add("shards", DataTypes.LongType, false);
    var hash = conv(substring(col(TableColumns.KEY), 1, 8), 16, 10).cast(DataTypes.LongType);
    Dataset<Row> planned =
        banded
            .join(
                broadcast(spark.createDataFrame(bands, bandSchema)),
                new String[] {TableColumns.MODALITY, BAND})
            .withColumn(
                SHARD,
                format_string(
                    "g%04d-b%02d-%04d", lit(generation), col(BAND), pmod(hash, col("shards"))))
            .select(TableColumns.MODALITY, TableColumns.KEY, TableColumns.N_CODONS, SHARD)
            .repartition((int) (1 + rows / ROWS_PER_FILE));
    if (written) {
      beforeWriting.run();
      TableWriter.replace(planned, folder(generation));
      WholeFile.writeText(
          spark.sparkContext().hadoopConfiguration(), new Path(folder(generation), COMPLETE), "");
    } else {
      unwritten.add(planned);
    }
    return true;
  }

  private Path folder(int generation) {
    return new Path(folder, String.format(Locale.ROOT, "%s=%04d", GENERATION, generation));
  }
}
