package io.codonloom.job.embed;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.codonloom.UserException;
import io.codonloom.config.EncoderConfig;
import io.codonloom.config.Encoding;
import io.codonloom.config.Store;
import io.codonloom.job.embed.PlannedShards.Shard;
import io.codonloom.sequence.Modality;
import io.codonloom.table.Fingerprint;
import io.codonloom.table.Manifest;
import io.codonloom.table.ShardPlan;
import io.codonloom.table.StoreIdentity;
import io.codonloom.table.TableColumns;
import io.codonloom.table.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills a store with the embeddings of all distinct encoder inputs of some datasets. What the store
 * holds already is not computed again; a job that was killed goes on where it was, shard by shard.
 */
public final class EmbedJob {
  private static final Logger LOG = LoggerFactory.getLogger(EmbedJob.class);

  private final SparkSession spark;
  private final Workspace workspace;
  private final Map<Modality, EncoderConfig> encoders;
  private final Store store;
  private final Encoding encoding;
  private final List<String> datasets;
  private final EncoderInputs inputs;

  /**
   * A job over one store.
   *
   * @param encoders of the modalities to embed
   * @param datasets prepared before
   */
  public EmbedJob(
      SparkSession spark,
      Workspace workspace,
      Map<Modality, EncoderConfig> encoders,
      Store store,
      Encoding encoding,
      List<String> datasets) {
    this.spark = spark;
    this.workspace = workspace;
    this.encoders = new TreeMap<>(encoders);
    this.store = store;
    this.encoding = encoding;
    this.datasets = List.copyOf(datasets);
    this.inputs = new EncoderInputs(spark, workspace, this.encoders.keySet(), this.datasets);
  }

  /**
   * Computes what is missing.
   *
   * @throws UserException if a checkpoint cannot be read, the store holds embeddings that were made
   *     otherwise, a dataset is not prepared, or an input cannot be encoded (the others are then
   *     stored nevertheless)
   */
  public Manifest run() {
    Instant started = Instant.now();
    try {
      Map<Modality, EncoderSpec> specs = new TreeMap<>();
      for (Map.Entry<Modality, EncoderConfig> encoder : encoders.entrySet()) {
        specs.put(
            encoder.getKey(),
            EncoderSpec.of(conf(), encoder.getKey(), encoder.getValue(), store, encoding));
      }
      inputs.requirePrepared();
      Map<String, SortedMap<String, String>> identity = new TreeMap<>();
      specs.forEach((modality, spec) -> identity.put(modality.id(), spec.storeFingerprint()));
      StoreIdentity.claim(conf(), folder(), identity);
      PlannedShards shards =
          PlannedShards.plan(
              new ShardPlan(spark, folder()),
              inputs.texts(),
              store.shardCodons(),
              conf(),
              folder());
      Map<String, EmbedCounts> counts = new TreeMap<>();
      for (EncoderSpec spec : specs.values()) {
        counts.put(spec.modality().id(), embed(spec, shards.of(spec.modality())));
      }
      Manifest manifest = manifest(started, identity, counts);
      Path file = workspace.embedManifest(store.name());
      boolean idle = counts.values().stream().allMatch(c -> c.shardsComputed() == 0);
      if (idle && Manifest.isCurrent(conf(), file, manifest.fingerprint())) {
        return manifest; // The file goes on saying when and how the vectors were computed.
      }
      manifest.write(conf(), file);
      return manifest;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      EncoderSessions.closeIdle();
    }
  }

  private EmbedCounts embed(EncoderSpec spec, List<Shard> shards) throws IOException {
    List<Shard> pending = shards.stream().filter(shard -> !shard.stored()).toList();
    List<ShardTask.Done> done =
        pending.isEmpty()
            ? List.of()
            : new ShardRun(spark, folder(), spec, pending).run(inputs.texts());
    List<ShardTask.Done> failed = done.stream().filter(d -> !d.problem().isEmpty()).toList();
    if (!failed.isEmpty()) {
      throw new UserException(
          failed.get(0).problem()
              + (failed.size() > 1
                  ? " (and %d more shards have such inputs)".formatted(failed.size() - 1)
                  : ""));
    }
    EmbedCounts counts = counts(spec.modality(), shards, pending, done);
    LOG.info("embed {}: {}", spec.modality().id(), counts.summary());
    return counts;
  }

  private EmbedCounts counts(
      Modality modality, List<Shard> shards, List<Shard> pending, List<ShardTask.Done> done) {
    Row rows =
        inputs
            .texts()
            .where(col(TableColumns.MODALITY).equalTo(modality.id()))
            .where(col(EncoderInputs.WANTED).equalTo(1))
            .agg(count(lit(1)), sum(EncoderInputs.ROWS))
            .first();
    long wanted = shards.stream().mapToLong(Shard::wanted).sum();
    long computed = pending.stream().mapToLong(Shard::wanted).sum();
    if (wanted != rows.getLong(0) || done.size() != pending.size()) {
      throw new IllegalStateException(
          "%s: %d inputs but %d in shards; %d shards to compute but %d computed"
              .formatted(modality.id(), rows.getLong(0), wanted, pending.size(), done.size()));
    }
    return new EmbedCounts(
        rows.isNullAt(1) ? 0 : rows.getLong(1),
        wanted,
        wanted - computed,
        computed,
        pending.stream().mapToLong(Shard::inputs).sum() - computed,
        shards.size(),
        pending.size(),
        shards.stream().mapToLong(Shard::wantedCodons).sum(),
        done.stream().mapToLong(ShardTask.Done::codons).sum(),
        done.stream().mapToLong(ShardTask.Done::bytes).sum());
  }

  private Manifest manifest(
      Instant started,
      Map<String, SortedMap<String, String>> identity,
      Map<String, EmbedCounts> counts)
      throws IOException {
    Map<String, String> fingerprints = new TreeMap<>();
    identity.forEach((modality, fields) -> fingerprints.put(modality, Fingerprint.of(fields)));
    for (String dataset : datasets) {
      Optional<Manifest> prepared = Manifest.read(conf(), workspace.prepareManifest(dataset));
      prepared.ifPresent(m -> fingerprints.put("prepare." + dataset, m.fingerprint()));
    }
    Map<String, EncoderConfig> encodersById = new TreeMap<>();
    encoders.forEach((modality, encoder) -> encodersById.put(modality.id(), encoder));
    return Manifest.of(
        "embed",
        store.name(),
        Fingerprint.of(fingerprints),
        started,
        Map.of("spark", spark.version(), "master", spark.sparkContext().master()),
        Map.of(
            "store", store, "encoding", encoding, "encoders", encodersById, "datasets", datasets),
        fingerprints,
        counts);
  }

  private Path folder() {
    return workspace.embeddings(store.name());
  }

  private Configuration conf() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
