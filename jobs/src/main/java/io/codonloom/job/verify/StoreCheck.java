package io.codonloom.job.verify;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;

import com.fasterxml.jackson.databind.JsonNode;
import io.codonloom.UserException;
import io.codonloom.sequence.Modality;
import io.codonloom.store.EmbeddingShard;
import io.codonloom.store.Quarantine;
import io.codonloom.store.ShardPlan;
import io.codonloom.store.StoreIdentity;
import io.codonloom.workspace.Fingerprint;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableReader;
import io.codonloom.workspace.Workspace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/** Holds a store's plan, objects, identity and manifest against each other. */
final class StoreCheck {
  private static final String LOST = "restore it from a copy, or embed into another store";
  private static final String LAST = "last";
  private static final String KNOWN = "known";
  private static final String QUARANTINED = "quarantined";
  private static final String INPUTS = "inputs";

  private final SparkSession spark;
  private final Workspace workspace;
  private final String name;
  private final Path store;
  private final Findings findings;

  StoreCheck(SparkSession spark, Workspace workspace, String name) {
    this.spark = spark;
    this.workspace = workspace;
    this.name = name;
    this.store = workspace.embeddings(name);
    this.findings = new Findings("embeddings/" + name);
  }

  Checked run() throws IOException {
    Map<String, SortedMap<String, String>> identity = identity();
    manifest(identity);
    List<Path> plan = ParquetFiles.of(conf(), ShardPlan.folder(store));
    Findings planFiles = new Findings("");
    if (!ParquetFiles.check(spark, plan, planFiles, LOST)) {
      findings.add(planFiles.checked());
      return findings.checked();
    }
    List<ShardCheck.Result> shards = shards(identity);
    Map<String, Map<Integer, Integer>> dims = new TreeMap<>();
    Set<Path> planned = new HashSet<>();
    for (ShardCheck.Result shard : shards) {
      findings.add(shard.checked());
      planned.add(new Path(shard.path()));
      for (int dim : shard.dims()) {
        dims.computeIfAbsent(shard.modality(), m -> new HashMap<>()).merge(dim, 1, Integer::sum);
      }
    }
    shards.stream()
        .map(ShardCheck.Result::modality)
        .distinct()
        .filter(modality -> !identity.containsKey(modality))
        .forEach(
            modality ->
                findings.problem(
                    StoreIdentity.file(store),
                    "it does not say how %s was embedded".formatted(modality),
                    LOST));
    widths(shards, dims);
    foreign(planned);
    return findings.checked();
  }

  private Map<String, SortedMap<String, String>> identity() throws IOException {
    Path file = StoreIdentity.file(store);
    try {
      return StoreIdentity.read(conf(), store);
    } catch (UserException e) {
      findings.problem(file, e.getMessage(), LOST);
      return Map.of();
    }
  }

  private void manifest(Map<String, SortedMap<String, String>> identity) throws IOException {
    Path file = workspace.embedManifest(name);
    Optional<Manifest> manifest;
    try {
      manifest = Manifest.read(conf(), file);
    } catch (UserException e) {
      findings.problem(file, "it is damaged", "delete it and run embed");
      return;
    }
    if (manifest.isEmpty()) {
      findings.problem(file, "it is missing: the last embed did not end", "run embed");
      return;
    }
    manifest
        .get()
        .counts()
        .fields()
        .forEachRemaining(
            counts -> {
              String modality = counts.getKey();
              JsonNode of = counts.getValue();
              long found =
                  of.path("stored").asLong()
                      + of.path("computed").asLong()
                      + of.path("quarantined").asLong();
              if (of.path("inputs").asLong(-1) != found) {
                findings.problem(
                    file, "the %s counts do not add up".formatted(modality), "run embed");
              }
              String recorded = manifest.get().fingerprints().get(modality);
              SortedMap<String, String> fields = identity.get(modality);
              if (fields != null && !Fingerprint.of(fields).equals(recorded)) {
                findings.problem(
                    StoreIdentity.file(store),
                    "it names another %s encoder than the last embed recorded".formatted(modality),
                    LOST);
              }
            });
  }

  /** Each planned shard is a task. */
  private List<ShardCheck.Result> shards(Map<String, SortedMap<String, String>> identity)
      throws IOException {
    List<Row> names =
        history().select(TableColumns.MODALITY, ShardPlan.SHARD).distinct().collectAsList();
    if (names.isEmpty()) {
      return List.of();
    }
    Map<String, String> dtypes = new HashMap<>();
    identity.forEach((modality, fields) -> dtypes.put(modality, fields.getOrDefault("dtype", "")));
    SerializableConfiguration conf = new SerializableConfiguration(conf());
    String folder = store.toString();
    return planned()
        .groupBy(TableColumns.MODALITY, ShardPlan.SHARD)
        .agg(
            collect_list(struct(TableColumns.KEY, TableColumns.N_CODONS, LAST, KNOWN, QUARANTINED))
                .as(INPUTS))
        .toJavaRDD()
        .repartition(names.size())
        .map(
            row -> {
              List<ShardCheck.Planned> inputs = new ArrayList<>();
              for (Row input : row.<Row>getList(2)) {
                inputs.add(
                    new ShardCheck.Planned(
                        input.getString(0),
                        input.getInt(1),
                        input.getBoolean(2),
                        input.getBoolean(3),
                        input.getBoolean(4)));
              }
              return ShardCheck.of(
                  ParquetFiles.verifying(conf.value()),
                  new Path(folder),
                  Modality.of(row.getString(0)),
                  row.getString(1),
                  dtypes.getOrDefault(row.getString(0), ""),
                  inputs);
            })
        .collect();
  }

  private Dataset<Row> history() throws IOException {
    return new ShardPlan(spark, store).history();
  }

  /** Every generation's inputs with what the shards' checks must know of them. */
  private Dataset<Row> planned() throws IOException {
    String[] key = {TableColumns.MODALITY, TableColumns.KEY};
    String[] place = {TableColumns.MODALITY, TableColumns.KEY, ShardPlan.SHARD};
    Dataset<Row> last = new ShardPlan(spark, store).inputs();
    Dataset<Row> quarantined = new Quarantine(spark, store).written(last);
    Dataset<Row> rows =
        history()
            .join(marked(last, LAST, place), place, "left")
            .join(marked(quarantined, QUARANTINED, place).distinct(), place, "left");
    Path sequences = workspace.sequences();
    rows =
        sequences.getFileSystem(conf()).exists(sequences)
            ? rows.join(marked(sequences(), KNOWN, key).distinct(), key, "left")
            : rows.withColumn(KNOWN, lit(false));
    for (String flag : List.of(LAST, QUARANTINED, KNOWN)) {
      rows = rows.withColumn(flag, coalesce(col(flag), lit(false)));
    }
    return rows;
  }

  /** Without the files that cannot be read: the dataset's own check names those. */
  private Dataset<Row> sequences() {
    return spark
        .read()
        .schema(
            new StructType()
                .add(TableColumns.MODALITY, DataTypes.StringType)
                .add(TableColumns.KEY, DataTypes.StringType))
        .option("ignoreCorruptFiles", true)
        .parquet(TableReader.path(workspace.sequences()));
  }

  private static Dataset<Row> marked(Dataset<Row> rows, String flag, String[] columns) {
    Column[] selected = new Column[columns.length + 1];
    for (int i = 0; i < columns.length; i++) {
      selected[i] = col(columns[i]);
    }
    selected[columns.length] = lit(true).as(flag);
    return rows.select(selected);
  }

  /** All vectors of a modality have one width: that of most shards is taken for right. */
  private void widths(List<ShardCheck.Result> shards, Map<String, Map<Integer, Integer>> dims) {
    for (ShardCheck.Result shard : shards) {
      for (int dim : shard.dims()) {
        int usual =
            dims.get(shard.modality()).entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
        if (dim != usual) {
          findings.problem(
              shard.path(),
              String.format(
                  Locale.ROOT,
                  "it has vectors of width %d, other %s shards of %d",
                  dim,
                  shard.modality(),
                  usual),
              "delete it and run embed");
        }
      }
    }
  }

  /** Objects that no plan names. */
  private void foreign(Set<Path> planned) throws IOException {
    FileSystem fs = store.getFileSystem(conf());
    Set<String> modalities = new HashSet<>();
    for (Modality modality : Modality.values()) {
      Path folder = EmbeddingShard.file(store, modality, "any").getParent().getParent();
      modalities.add(folder.getName());
      for (Path file : ParquetFiles.of(conf(), folder)) {
        if (!planned.contains(file)) {
          stranger(file);
        }
      }
    }
    for (FileStatus child : fs.exists(store) ? fs.listStatus(store) : new FileStatus[0]) {
      String entry = child.getPath().getName();
      if (!modalities.contains(entry) && !entry.startsWith(".")) {
        stranger(child.getPath());
      }
    }
  }

  private void stranger(Path path) {
    findings.problem(path, "it is not in the store's plan", "take it out of the store");
  }

  private Configuration conf() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
