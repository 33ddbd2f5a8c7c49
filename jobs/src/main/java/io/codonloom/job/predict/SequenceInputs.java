package io.codonloom.job.predict;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.codonloom.sequence.Modality;
import io.codonloom.store.EmbeddingShard;
import io.codonloom.store.Quarantine;
import io.codonloom.store.ShardPlan;
import io.codonloom.workspace.ModalityColumns;
import io.codonloom.workspace.SequencesTable;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableReader;
import io.codonloom.workspace.TableWriter;
import io.codonloom.workspace.Workspace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The distinct sequences of a dataset with where the vectors of each modality come from: {@code
 * sequence_id}, {@code n_codons} (the longest modality) and, for each modality, the {@code key},
 * and either the {@code shard} of the store that holds it, or the {@code text} to encode, or the
 * {@code reason} why it has no embedding.
 */
final class SequenceInputs {
  private final SparkSession spark;
  private final Workspace workspace;
  private final String dataset;

  SequenceInputs(SparkSession spark, Workspace workspace, String dataset) {
    this.spark = spark;
    this.workspace = workspace;
    this.dataset = dataset;
  }

  static String text(Modality modality) {
    return modality.id() + "_text";
  }

  static String reason(Modality modality) {
    return modality.id() + "_reason";
  }

  /** For a network that reads the sequences themselves: texts only. */
  Dataset<Row> letters(Collection<Modality> modalities) {
    List<Dataset<Row>> tables = new ArrayList<>();
    for (Modality modality : modalities) {
      tables.add(
          texts(modality)
              .withColumn(ModalityColumns.shard(modality), lit(null).cast("string"))
              .withColumn(reason(modality), lit(null).cast("string")));
    }
    return joined(tables, modalities);
  }

  /**
   * For a network that reads embeddings.
   *
   * @param store its folder; need not be there
   * @param kept the modalities whose texts were all embedded into it before
   */
  Dataset<Row> embedded(Collection<Modality> modalities, Path store, Set<Modality> kept)
      throws IOException {
    Dataset<Row> plan = new ShardPlan(spark, store).inputs();
    Dataset<Row> quarantined = new Quarantine(spark, store).inputs(plan);
    List<Dataset<Row>> tables = new ArrayList<>();
    for (Modality modality : modalities) {
      Column own = col(TableColumns.MODALITY).equalTo(modality.id());
      Dataset<Row> reasons =
          quarantined
              .where(own)
              .select(
                  col(TableColumns.KEY).as(ModalityColumns.key(modality)),
                  col(TableColumns.REASON).as(reason(modality)));
      Dataset<Row> shards =
          plan.where(own)
              .join(stored(store, modality), ShardPlan.SHARD)
              .select(
                  col(TableColumns.KEY).as(ModalityColumns.key(modality)),
                  col(ShardPlan.SHARD).as(ModalityColumns.shard(modality)));
      Dataset<Row> table =
          texts(modality)
              .join(shards, new String[] {ModalityColumns.key(modality)}, "left")
              .join(reasons, new String[] {ModalityColumns.key(modality)}, "left")
              .withColumn(
                  ModalityColumns.shard(modality),
                  when(col(reason(modality)).isNull(), col(ModalityColumns.shard(modality))));
      tables.add(
          kept.contains(modality)
              ? table.withColumn(text(modality), lit(null).cast("string"))
              // What could not be stored with other settings is tried once more.
              : table
                  .withColumn(reason(modality), lit(null).cast("string"))
                  .withColumn(
                      text(modality),
                      when(col(ModalityColumns.shard(modality)).isNull(), col(text(modality)))));
    }
    return joined(tables, modalities);
  }

  private Dataset<Row> texts(Modality modality) {
    return TableReader.read(spark, SequencesTable.folder(workspace.sequences(), modality, dataset))
        .select(
            col(TableColumns.SEQUENCE_ID),
            col(TableColumns.KEY).as(ModalityColumns.key(modality)),
            col(TableColumns.SEQUENCE).as(text(modality)),
            col(TableColumns.N_CODONS).as(ModalityColumns.codons(modality)));
  }

  /** The names of the shards whose object is there. */
  private Dataset<Row> stored(Path store, Modality modality) throws IOException {
    Configuration conf = spark.sparkContext().hadoopConfiguration();
    Path folder = TableWriter.partition(store, TableColumns.MODALITY, modality.id());
    FileSystem fs = folder.getFileSystem(conf);
    List<String> names = new ArrayList<>();
    if (fs.exists(folder)) {
      RemoteIterator<LocatedFileStatus> objects = fs.listFiles(folder, true);
      while (objects.hasNext()) {
        Path object = objects.next().getPath();
        String partition = object.getParent().getName();
        String shard = partition.substring(partition.indexOf('=') + 1);
        if (object.getName().equals(EmbeddingShard.file(store, modality, shard).getName())) {
          names.add(shard);
        }
      }
    }
    return spark.createDataset(names, Encoders.STRING()).toDF(ShardPlan.SHARD);
  }

  private static Dataset<Row> joined(List<Dataset<Row>> tables, Collection<Modality> modalities) {
    Dataset<Row> all = tables.get(0);
    for (Dataset<Row> table : tables.subList(1, tables.size())) {
      all = all.join(table, TableColumns.SEQUENCE_ID);
    }
    Column[] lengths =
        modalities.stream().map(m -> col(ModalityColumns.codons(m))).toArray(Column[]::new);
    return all.withColumn(
        TableColumns.N_CODONS, lengths.length == 1 ? lengths[0] : greatest(lengths));
  }
}
