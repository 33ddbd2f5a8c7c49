package io.codonloom.job.embed;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.codonloom.config.Encoding;
import io.codonloom.config.Store;
import io.codonloom.sequence.Modality;
import io.codonloom.store.EmbeddingShard;
import io.codonloom.store.Quarantine;
import io.codonloom.store.ShardPlan;
import io.codonloom.workspace.TableColumns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shards that hold wanted inputs.
 *
 * @param all of them
 */
public record PlannedShards(List<Shard> all) {
  private static final Logger LOG = LoggerFactory.getLogger(PlannedShards.class);

  /** What names a shard. */
  static final String[] KEY = {TableColumns.MODALITY, ShardPlan.SHARD};

  /** What names an input. */
  private static final String[] INPUT = {TableColumns.MODALITY, TableColumns.KEY};

  /** Long bands first: what takes longest must not start last. */
  private static final Comparator<Shard> LONG_FIRST =
      Comparator.comparingInt((Shard shard) -> ShardPlan.bandOf(shard.name()))
          .reversed()
          .thenComparing(Shard::name);

  /**
   * A shard.
   *
   * @param inputs how many inputs it has
   * @param known how many of them have a text in the sequences table
   * @param wanted how many are of the datasets to embed
   * @param codons of all inputs
   * @param wantedCodons of the wanted ones
   * @param stored whether its object is there
   */
  public record Shard(
      Modality modality,
      String name,
      long inputs,
      long known,
      long wanted,
      long codons,
      long wantedCodons,
      boolean stored) {

    /** Whether it can never be computed: texts that it was planned for are gone. */
    boolean isBroken() {
      return !stored && known < inputs;
    }
  }

  /**
   * Gives every wanted input a shard that can be computed.
   *
   * @param plan gets a generation of the inputs that are in no shard
   * @param texts of {@link DistinctTexts}
   */
  static PlannedShards plan(
      ShardPlan plan,
      Dataset<Row> texts,
      Store settings,
      Encoding encoding,
      Configuration conf,
      Path store)
      throws IOException {
    Dataset<Row> wanted = texts.where(col(DistinctTexts.WANTED).equalTo(1));
    Dataset<Row> placed =
        placed(plan.inputs(), new Quarantine(texts.sparkSession(), store), encoding);
    plan.add(wanted.join(placed, INPUT, "left_anti"), settings.shardCodons());
    PlannedShards shards = of(plan.inputs(), texts, conf, store);
    if (shards.broken().isEmpty()) {
      return shards;
    }
    LOG.info(
        "{} unfinished shards were planned for sequences that are gone; the others of them are planned anew",
        shards.broken().size());
    Dataset<Row> left =
        plan.inputs().join(names(texts.sparkSession(), shards.broken()), KEY, "left_semi");
    plan.add(wanted.join(left, INPUT, "left_semi"), settings.shardCodons());
    return of(plan.inputs(), texts, conf, store);
  }

  /** What needs no other shard: all that is planned but what may succeed now in the quarantine. */
  private static Dataset<Row> placed(Dataset<Row> planned, Quarantine quarantine, Encoding encoding)
      throws IOException {
    if (quarantine.isEmpty()) {
      return planned;
    }
    return planned.join(again(planned, quarantine, encoding), INPUT, "left_anti");
  }

  /** Whether something in the quarantine is to be tried again. */
  static boolean mayRetry(Dataset<Row> planned, Quarantine quarantine, Encoding encoding)
      throws IOException {
    return !quarantine.isEmpty() && !again(planned, quarantine, encoding).isEmpty();
  }

  /** Whether a wanted text is in no shard. */
  static boolean lacks(Dataset<Row> planned, Dataset<Row> texts) {
    return !texts
        .where(col(DistinctTexts.WANTED).equalTo(1))
        .join(planned, INPUT, "left_anti")
        .isEmpty();
  }

  private static Dataset<Row> again(Dataset<Row> planned, Quarantine quarantine, Encoding encoding)
      throws IOException {
    return quarantine
        .inputs(planned)
        .where(col(Quarantine.TRIED_WITH).notEqual(ShardTask.triedWith(encoding)));
  }

  /**
   * @param planned modality, key, n_codons, shard
   * @param known modality, key, {@link DistinctTexts#WANTED} of every text of the sequences table
   */
  static PlannedShards of(Dataset<Row> planned, Dataset<Row> known, Configuration conf, Path store)
      throws IOException {
    var wanted = coalesce(col(DistinctTexts.WANTED).cast("long"), lit(0L));
    List<Row> rows =
        planned
            .join(
                known.select(TableColumns.MODALITY, TableColumns.KEY, DistinctTexts.WANTED),
                INPUT,
                "left_outer")
            .groupBy(TableColumns.MODALITY, ShardPlan.SHARD)
            .agg(
                count(lit(1)),
                count(DistinctTexts.WANTED),
                sum(wanted).as(DistinctTexts.WANTED),
                sum(TableColumns.N_CODONS),
                sum(col(TableColumns.N_CODONS).multiply(wanted)))
            .where(col(DistinctTexts.WANTED).gt(0))
            .collectAsList();
    Set<Path> objects = objects(conf, store);
    List<Shard> shards = new ArrayList<>();
    for (Row row : rows) {
      Modality modality = Modality.of(row.getString(0));
      Path file = EmbeddingShard.file(store, modality, row.getString(1));
      boolean stored = objects.contains(file.getFileSystem(conf).makeQualified(file));
      shards.add(
          new Shard(
              modality,
              row.getString(1),
              row.getLong(2),
              row.getLong(3),
              row.getLong(4),
              row.getLong(5),
              row.getLong(6),
              stored));
    }
    shards.sort(LONG_FIRST);
    return new PlannedShards(List.copyOf(shards));
  }

  /** One listing for all shards: on an object store that is one request for a thousand. */
  private static Set<Path> objects(Configuration conf, Path store) throws IOException {
    Set<Path> objects = new HashSet<>();
    FileSystem fs = store.getFileSystem(conf);
    for (Modality modality : Modality.values()) {
      Path folder = EmbeddingShard.file(store, modality, "any").getParent().getParent();
      if (fs.exists(folder)) {
        RemoteIterator<LocatedFileStatus> files = fs.listFiles(folder, true);
        while (files.hasNext()) {
          objects.add(files.next().getPath());
        }
      }
    }
    return objects;
  }

  /**
   * The inputs of some shards: modality, key, shard, sequence, n_codons.
   *
   * @param planned of {@link ShardPlan#inputs}
   * @param texts of {@link DistinctTexts}
   */
  public static Dataset<Row> inputs(Dataset<Row> planned, List<Shard> shards, Dataset<Row> texts) {
    return planned
        .join(names(texts.sparkSession(), shards), KEY, "left_semi")
        .select(TableColumns.MODALITY, TableColumns.KEY, ShardPlan.SHARD)
        .join(texts, INPUT)
        .select(
            TableColumns.MODALITY,
            TableColumns.KEY,
            ShardPlan.SHARD,
            TableColumns.SEQUENCE,
            TableColumns.N_CODONS);
  }

  List<Shard> of(Modality modality) {
    return all.stream().filter(shard -> shard.modality() == modality).toList();
  }

  /** Those whose object is not there yet. */
  List<Shard> pending(Modality modality) {
    return of(modality).stream().filter(shard -> !shard.stored()).toList();
  }

  List<Shard> broken() {
    return all.stream().filter(Shard::isBroken).toList();
  }

  /** The shards as a table: modality, shard. */
  private static Dataset<Row> names(SparkSession spark, List<Shard> shards) {
    List<Row> rows = new ArrayList<>();
    for (Shard shard : shards) {
      rows.add(RowFactory.create(shard.modality().id(), shard.name()));
    }
    return spark.createDataFrame(
        rows,
        new StructType()
            .add(TableColumns.MODALITY, DataTypes.StringType, false)
            .add(ShardPlan.SHARD, DataTypes.StringType, false));
  }
}
