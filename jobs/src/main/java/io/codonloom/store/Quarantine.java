package io.codonloom.store;

import static org.apache.spark.sql.functions.broadcast;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.codonloom.sequence.Modality;
import io.codonloom.workspace.Fingerprint;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableReader;
import io.codonloom.workspace.WholeFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The inputs of a store that could not be encoded: {@code quarantine/MODALITY-SHARD-HASH.json}, a
 * line of JSON for each.
 *
 * <p>Several attempts at one shard may run at once and end differently. Each writes what it leaves
 * out before its object, under a name that its content gives, and none deletes what another wrote:
 * whichever object stays, what that lacks of its plan is here. An entry counts if the object is
 * there and lacks its key, and as long as the plan's last word on the key is that shard. So each
 * planned key of a stored shard is in exactly one of both, in whatever order attempts wrote.
 */
public final class Quarantine {
  static final String FOLDER = "quarantine";

  /** The settings it was tried with; with other ones it may succeed. */
  public static final String TRIED_WITH = "tried_with";

  /** What names a shard. */
  private static final StructType PLACE =
      new StructType()
          .add(TableColumns.MODALITY, DataTypes.StringType)
          .add(ShardPlan.SHARD, DataTypes.StringType);

  /** What names an input of a shard. */
  private static final StructType INPUT = PLACE.add(TableColumns.KEY, DataTypes.StringType);

  private static final StructType SCHEMA =
      INPUT
          .add(TableColumns.N_CODONS, DataTypes.IntegerType)
          .add(TableColumns.REASON, DataTypes.StringType)
          .add(TRIED_WITH, DataTypes.StringType);

  private static final ObjectWriter LINE =
      Manifest.JSON.writer().without(SerializationFeature.INDENT_OUTPUT);

  private final SparkSession spark;
  private final Path store;

  /** An input that was left out of a shard. */
  public record Entry(
      @JsonProperty(TableColumns.MODALITY) String modality,
      @JsonProperty(ShardPlan.SHARD) String shard,
      @JsonProperty(TableColumns.KEY) String key,
      @JsonProperty(TableColumns.N_CODONS) int codons,
      @JsonProperty(TableColumns.REASON) String reason,
      @JsonProperty(TRIED_WITH) String triedWith) {}

  /** The quarantine of a store. */
  public Quarantine(SparkSession spark, Path store) {
    this.spark = spark;
    this.store = store;
  }

  /** Where a store keeps it. */
  public static Path folder(Path store) {
    return new Path(StoreRecords.folder(store), FOLDER);
  }

  /** Records what an attempt at a shard leaves out; to be called before its object is written. */
  public static void write(
      Configuration conf, Path store, Modality modality, String shard, List<Entry> entries)
      throws IOException {
    if (entries.isEmpty()) {
      return;
    }
    StringBuilder lines = new StringBuilder();
    for (Entry entry : entries) {
      lines.append(LINE.writeValueAsString(entry)).append('\n');
    }
    String name = "%s-%s-%s.json".formatted(modality.id(), shard, Fingerprint.of(lines.toString()));
    WholeFile.writeText(conf, new Path(folder(store), name), lines.toString());
  }

  /**
   * Deletes what former attempts at some shards left that no object came of. Nothing else may write
   * into the store.
   */
  public static void forget(
      Configuration conf, Path store, Modality modality, Collection<String> shards)
      throws IOException {
    Set<String> unfinished = Set.copyOf(shards);
    FileSystem fs = store.getFileSystem(conf);
    for (Path file : files(conf, store)) {
      if (modalityOf(file).equals(modality.id()) && unfinished.contains(shardOf(file))) {
        fs.delete(file, false);
      }
    }
  }

  private static String modalityOf(Path file) {
    return file.getName().substring(0, file.getName().indexOf('-'));
  }

  private static String shardOf(Path file) {
    String[] parts = file.getName().replace(".json", "").split("-");
    return String.join("-", List.of(parts).subList(1, 4));
  }

  private static List<Path> files(Configuration conf, Path store) throws IOException {
    Path folder = folder(store);
    FileSystem fs = folder.getFileSystem(conf);
    List<Path> files = new ArrayList<>();
    if (fs.exists(folder)) {
      for (FileStatus file : fs.listStatus(folder)) {
        String name = file.getPath().getName();
        if (name.endsWith(".json") && !name.startsWith(".")) {
          files.add(file.getPath());
        }
      }
    }
    return files;
  }

  /** Whether the store has no entries at all. */
  public boolean isEmpty() throws IOException {
    return files(conf(), store).isEmpty();
  }

  /**
   * The entries that count: modality, shard, key, n_codons, {@link TableColumns#REASON}, {@link
   * #TRIED_WITH}.
   *
   * @param planned {@link ShardPlan#inputs}
   */
  public Dataset<Row> inputs(Dataset<Row> planned) throws IOException {
    List<Row> shards = storedShards();
    if (shards.isEmpty()) {
      return spark.createDataFrame(List.of(), SCHEMA);
    }
    Dataset<Row> stored = spark.createDataFrame(shards, PLACE);
    return written(planned)
        .join(broadcast(stored), PLACE.fieldNames(), "left_semi")
        .join(storedKeys(shards), INPUT.fieldNames(), "left_anti");
  }

  /**
   * What attempts wrote, whether or not their objects stayed: for those who have read the objects.
   *
   * @param planned {@link ShardPlan#inputs}
   */
  public Dataset<Row> written(Dataset<Row> planned) throws IOException {
    if (isEmpty()) {
      return spark.createDataFrame(List.of(), SCHEMA);
    }
    return TableReader.strict(spark)
        .schema(SCHEMA)
        .option("mode", "FAILFAST")
        .json(TableReader.path(folder(store)))
        .dropDuplicates(INPUT.fieldNames())
        .join(
            planned.select(TableColumns.MODALITY, ShardPlan.SHARD, TableColumns.KEY),
            INPUT.fieldNames(),
            "left_semi");
  }

  /** The shards of which an attempt left something out, and whose object is there. */
  private List<Row> storedShards() throws IOException {
    FileSystem fs = store.getFileSystem(conf());
    Set<Row> shards = new LinkedHashSet<>();
    for (Path file : files(conf(), store)) {
      Modality modality = Modality.of(modalityOf(file));
      if (fs.exists(EmbeddingShard.file(store, modality, shardOf(file)))) {
        shards.add(RowFactory.create(modality.id(), shardOf(file)));
      }
    }
    return List.copyOf(shards);
  }

  /** The keys that these shards hold: modality, shard, key. */
  private Dataset<Row> storedKeys(List<Row> shards) {
    SerializableConfiguration conf = new SerializableConfiguration(conf());
    String folder = store.toString();
    JavaRDD<Row> keys =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(shards, shards.size())
            .flatMap(
                shard -> {
                  Modality modality = Modality.of(shard.getString(0));
                  Path file = EmbeddingShard.file(new Path(folder), modality, shard.getString(1));
                  return EmbeddingShard.keys(conf.value(), file).stream()
                      .map(key -> RowFactory.create(shard.get(0), shard.get(1), key))
                      .iterator();
                });
    return spark.createDataFrame(keys, INPUT);
  }

  private Configuration conf() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
