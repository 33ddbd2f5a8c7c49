package io.codonloom.store;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.codonloom.sequence.Modality;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableReader;
import io.codonloom.workspace.WholeFile;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The inputs of a store that could not be encoded: {@code quarantine/MODALITY-SHARD.json}, a line
 * of JSON for each. A shard's file is written before its object, so where the object is there, what
 * it lacks of its plan is here. An entry counts as long as the plan's last word on its key is that
 * shard.
 */
public final class Quarantine {
  static final String FOLDER = "quarantine";

  /** Why the input could not be encoded. */
  public static final String REASON = "reason";

  /** The settings it was tried with; with other ones it may succeed. */
  public static final String TRIED_WITH = "tried_with";

  private static final StructType SCHEMA =
      new StructType()
          .add(TableColumns.MODALITY, DataTypes.StringType)
          .add(ShardPlan.SHARD, DataTypes.StringType)
          .add(TableColumns.KEY, DataTypes.StringType)
          .add(TableColumns.N_CODONS, DataTypes.IntegerType)
          .add(REASON, DataTypes.StringType)
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
      @JsonProperty(REASON) String reason,
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

  /** Where the entries of a shard are; there is no file where there are none. */
  public static Path file(Path store, Modality modality, String shard) {
    return new Path(folder(store), modality.id() + "-" + shard + ".json");
  }

  /** Replaces a shard's entries; to be called before its object is written. */
  public static void write(
      Configuration conf, Path store, Modality modality, String shard, List<Entry> entries)
      throws IOException {
    Path file = file(store, modality, shard);
    FileSystem fs = file.getFileSystem(conf);
    if (entries.isEmpty()) {
      if (fs.exists(file)) {
        fs.delete(file, false); // of an attempt that was killed
      }
      return;
    }
    StringBuilder lines = new StringBuilder();
    for (Entry entry : entries) {
      lines.append(LINE.writeValueAsString(entry)).append('\n');
    }
    WholeFile.writeText(conf, file, lines.toString());
  }

  /**
   * Reads a shard's entries; none where there is no file.
   *
   * @throws JsonProcessingException if a line is damaged
   */
  public static List<Entry> read(Configuration conf, Path store, Modality modality, String shard)
      throws IOException {
    Path file = file(store, modality, shard);
    if (!file.getFileSystem(conf).exists(file)) {
      return List.of();
    }
    return Manifest.JSON
        .readerFor(Entry.class)
        .<Entry>readValues(WholeFile.readText(conf, file))
        .readAll();
  }

  /** Whether the store has no entries at all. */
  public boolean isEmpty() throws IOException {
    Path folder = folder(store);
    FileSystem fs = folder.getFileSystem(spark.sparkContext().hadoopConfiguration());
    return !fs.exists(folder) || fs.listStatus(folder, file -> isEntries(file)).length == 0;
  }

  private static boolean isEntries(Path file) {
    return file.getName().endsWith(".json") && !file.getName().startsWith(".");
  }

  /**
   * The entries that count: modality, shard, key, n_codons, {@link #REASON}, {@link #TRIED_WITH}.
   *
   * @param planned {@link ShardPlan#inputs}
   */
  public Dataset<Row> inputs(Dataset<Row> planned) throws IOException {
    if (isEmpty()) {
      return spark.createDataFrame(List.of(), SCHEMA);
    }
    return TableReader.strict(spark)
        .schema(SCHEMA)
        .option("mode", "FAILFAST")
        .json(TableReader.path(folder(store)))
        .join(
            planned.select(TableColumns.MODALITY, TableColumns.KEY, ShardPlan.SHARD),
            new String[] {TableColumns.MODALITY, TableColumns.KEY, ShardPlan.SHARD},
            "left_semi");
  }
}
