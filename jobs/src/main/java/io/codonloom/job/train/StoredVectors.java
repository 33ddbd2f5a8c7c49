package io.codonloom.job.train;

import static org.apache.spark.sql.functions.col;

import io.codonloom.UserException;
import io.codonloom.sequence.Modality;
import io.codonloom.store.EmbeddingShard;
import io.codonloom.store.LocalStore;
import io.codonloom.store.Quarantine;
import io.codonloom.store.ShardPlan;
import io.codonloom.store.StoreFields;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.ModalityColumns;
import io.codonloom.workspace.SequencesTable;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableReader;
import io.codonloom.workspace.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A store's embeddings: each row has the key and the shard of its input in every modality. */
final class StoredVectors implements VectorSource {
  private final SparkSession spark;
  private final Workspace workspace;
  private final String dataset;
  private final String store;

  StoredVectors(SparkSession spark, Workspace workspace, String dataset, String store) {
    this.spark = spark;
    this.workspace = workspace;
    this.dataset = dataset;
    this.store = store;
  }

  @Override
  public String input(Modality modality) {
    return ModalityColumns.key(modality);
  }

  @Override
  public String name() {
    return "store " + store;
  }

  @Override
  public Map<String, String> fingerprints() throws IOException {
    return Map.of(
        "embed",
        Manifest.read(conf(), workspace.embedManifest(store))
            .map(Manifest::fingerprint)
            .orElseThrow(
                () ->
                    new UserException(
                        "store %s is not complete; run embed first".formatted(store))),
        "store",
        id());
  }

  private String id() throws IOException {
    return LocalStore.id(conf(), folder());
  }

  @Override
  public SortedSet<Modality> modalities() {
    SortedSet<Modality> modalities = new TreeSet<>();
    for (Row row : plan().select(TableColumns.MODALITY).distinct().collectAsList()) {
      modalities.add(Modality.of(row.getString(0)));
    }
    return modalities;
  }

  @Override
  public Dataset<Row> located(Modality modality) {
    Path sequences = SequencesTable.folder(workspace.sequences(), modality, dataset);
    Dataset<Row> keys =
        TableReader.read(spark, sequences)
            .select(
                col(TableColumns.SEQUENCE_ID),
                col(TableColumns.KEY).as(ModalityColumns.key(modality)));
    Dataset<Row> shards =
        plan()
            .where(col(TableColumns.MODALITY).equalTo(modality.id()))
            .select(
                col(TableColumns.KEY).as(ModalityColumns.key(modality)),
                col(TableColumns.N_CODONS).as(ModalityColumns.codons(modality)),
                col(ShardPlan.SHARD).as(ModalityColumns.shard(modality)));
    return keys.join(shards, new String[] {ModalityColumns.key(modality)}, "left");
  }

  @Override
  public Column lacks(Modality modality) {
    return col(ModalityColumns.shard(modality)).isNull();
  }

  @Override
  public String remedy(Modality modality) {
    return "have no %s embedding in store %s; run embed first".formatted(modality.id(), store);
  }

  @Override
  public Dataset<Row> withoutQuarantined(Dataset<Row> rows, SortedSet<Modality> modalities)
      throws IOException {
    Quarantine quarantine = new Quarantine(spark, folder());
    if (quarantine.isEmpty()) {
      return rows;
    }
    Dataset<Row> entries =
        quarantine.inputs(plan()).select(TableColumns.MODALITY, TableColumns.KEY);
    Dataset<Row> usable = rows;
    for (Modality modality : modalities) {
      Dataset<Row> keys =
          entries
              .where(col(TableColumns.MODALITY).equalTo(modality.id()))
              .select(col(TableColumns.KEY).as(ModalityColumns.key(modality)));
      usable = usable.join(keys, new String[] {ModalityColumns.key(modality)}, "left_anti");
    }
    return usable;
  }

  @Override
  public Place place(Dataset<Row> table, SortedSet<Modality> modalities) throws IOException {
    Map<Modality, List<String>> shards = new TreeMap<>();
    TreeMap<Modality, Integer> dims = new TreeMap<>();
    for (Modality modality : modalities) {
      List<String> names =
          table
              .select(ModalityColumns.shard(modality))
              .distinct()
              .orderBy(col(ModalityColumns.shard(modality)))
              .toJavaRDD()
              .map(row -> row.getString(0))
              .collect();
      shards.put(modality, new ArrayList<>(names));
      dims.put(modality, dim(modality, names.get(0)));
    }
    return new Place(folder().toString(), id(), shards, dims);
  }

  private int dim(Modality modality, String shard) {
    Path file = EmbeddingShard.file(folder(), modality, shard);
    return TableReader.read(spark, file).select(EmbeddingShard.DIM).first().getInt(0);
  }

  @Override
  public Map<String, Map<String, String>> encoders(SortedSet<Modality> modalities)
      throws IOException {
    return StoreFields.encoders(StoreFields.read(conf(), folder()), modalities);
  }

  private Path folder() {
    return workspace.embeddings(store);
  }

  private Dataset<Row> plan() {
    try {
      return new ShardPlan(spark, folder()).inputs();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Configuration conf() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
