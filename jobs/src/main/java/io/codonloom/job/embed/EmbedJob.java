package io.codonloom.job.embed;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.codonloom.UserException;
import io.codonloom.config.EncoderConfig;
import io.codonloom.config.Encoding;
import io.codonloom.config.Store;
import io.codonloom.encoder.engine.PrecisionError;
import io.codonloom.encoding.ClosedEncoders;
import io.codonloom.encoding.EncoderSpec;
import io.codonloom.job.embed.PlannedShards.Shard;
import io.codonloom.job.embed.QuarantinedInputs.OfShard;
import io.codonloom.sequence.Modality;
import io.codonloom.store.Quarantine;
import io.codonloom.store.ShardPlan;
import io.codonloom.store.StoreIdentity;
import io.codonloom.store.StoreRecords;
import io.codonloom.workspace.Fingerprint;
import io.codonloom.workspace.FolderLock;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.Publication;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableWriter;
import io.codonloom.workspace.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills a store with the embeddings of all distinct encoder inputs of some datasets. What the store
 * holds already is not computed again; a job that was killed goes on where it was, shard by shard.
 * An input that cannot be encoded is quarantined and the job goes on; it is tried again when what
 * it was tried with has changed. One job at a time writes into a store.
 */
public final class EmbedJob {
  private static final Logger LOG = LoggerFactory.getLogger(EmbedJob.class);

  private static final String QUARANTINE = "quarantine";

  private final SparkSession spark;
  private final Workspace workspace;
  private final Workspace prepared;
  private final Map<Modality, EncoderConfig> encoders;
  private final Store store;
  private final Encoding encoding;
  private final List<String> datasets;
  private final DistinctTexts inputs;
  private final Path manifestFile;

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
    this(
        spark,
        workspace,
        encoders,
        store,
        encoding,
        datasets,
        workspace,
        workspace.embedManifest(store.name()));
  }

  /**
   * The same for datasets of another workspace, with the record elsewhere than where trainings look
   * for that of their store.
   *
   * @param workspace of the store
   * @param prepared of the datasets
   * @param manifestFile where the manifest goes
   */
  public EmbedJob(
      SparkSession spark,
      Workspace workspace,
      Map<Modality, EncoderConfig> encoders,
      Store store,
      Encoding encoding,
      List<String> datasets,
      Workspace prepared,
      Path manifestFile) {
    this.spark = spark;
    this.workspace = workspace;
    this.prepared = prepared;
    this.encoders = new TreeMap<>(encoders);
    this.store = store;
    this.encoding = encoding;
    this.datasets = List.copyOf(datasets);
    this.inputs = new DistinctTexts(spark, prepared, this.encoders.keySet(), this.datasets);
    this.manifestFile = manifestFile;
  }

  /**
   * Computes what is missing.
   *
   * @throws UserException if a checkpoint cannot be read, the store holds embeddings that were made
   *     otherwise, a dataset is not prepared, another job writes into the store, or no input of a
   *     modality can be encoded
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
      for (String dataset : datasets) {
        new Publication(conf(), prepared, dataset).repair();
      }
      inputs.requirePrepared();
      Optional<PlannedShards> stored = stored(specs);
      if (stored.isPresent()) {
        return record(started, identity(specs), stored.get(), Map.of(), Map.of(), () -> {});
      }
      try (FolderLock lock = FolderLock.take(conf(), StoreRecords.folder(folder()))) {
        for (Path place : List.of(StoreRecords.folder(folder()), folder(), manifestFile)) {
          lock.removeUnfinished(place);
        }
        return run(started, specs, lock);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, SortedMap<String, String>> identity(Map<Modality, EncoderSpec> specs) {
    Map<String, SortedMap<String, String>> identity = new TreeMap<>();
    specs.forEach((modality, spec) -> identity.put(modality.id(), spec.storeFingerprint()));
    return identity;
  }

  /** The shards, where all is done and recorded: what writes nothing needs no right to write. */
  private Optional<PlannedShards> stored(Map<Modality, EncoderSpec> specs) throws IOException {
    Map<String, SortedMap<String, String>> identity = identity(specs);
    boolean claimed =
        StoreIdentity.check(conf(), folder(), identity)
            .equals(StoreIdentity.read(conf(), folder()));
    Optional<Manifest> former = Manifest.read(conf(), manifestFile);
    if (!claimed || former.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> recorded = new TreeMap<>(former.get().fingerprints());
    recorded.remove(QUARANTINE);
    if (!recorded.equals(fingerprints(identity))) {
      return Optional.empty();
    }
    Dataset<Row> planned = new ShardPlan(spark, folder()).inputs();
    if (PlannedShards.mayRetry(planned, new Quarantine(spark, folder()), encoding)) {
      return Optional.empty();
    }
    if (PlannedShards.lacks(planned, inputs.texts())) {
      return Optional.empty();
    }
    PlannedShards shards = PlannedShards.of(planned, inputs.texts(), conf(), folder());
    return specs.keySet().stream().allMatch(modality -> shards.pending(modality).isEmpty())
        ? Optional.of(shards)
        : Optional.empty();
  }

  private Manifest run(Instant started, Map<Modality, EncoderSpec> specs, FolderLock lock)
      throws IOException {
    Map<String, SortedMap<String, String>> identity = identity(specs);
    StoreIdentity.claim(conf(), folder(), identity);
    PlannedShards shards =
        PlannedShards.plan(
            new ShardPlan(spark, folder(), lock::requireHeld),
            inputs.texts(),
            store,
            encoding,
            conf(),
            folder());
    Map<Modality, List<ShardTask.Done>> done = new TreeMap<>();
    Map<Modality, PrecisionError> errors = new TreeMap<>();
    try {
      for (EncoderSpec spec : specs.values()) {
        lock.requireHeld();
        List<Shard> pending = shards.pending(spec.modality());
        PrecisionTrial.run(spark, folder(), spec, pending, inputs.texts())
            .ifPresent(error -> errors.put(spec.modality(), error));
        done.put(spec.modality(), embed(spec, pending, lock));
      }
    } finally {
      ClosedEncoders.everywhere(spark);
    }
    return record(started, identity, shards, done, errors, lock::requireHeld);
  }

  private Manifest record(
      Instant started,
      Map<String, SortedMap<String, String>> identity,
      PlannedShards shards,
      Map<Modality, List<ShardTask.Done>> done,
      Map<Modality, PrecisionError> errors,
      Runnable beforeWriting)
      throws IOException {
    Quarantine quarantine = new Quarantine(spark, folder());
    QuarantinedInputs quarantined =
        quarantine.isEmpty()
            ? QuarantinedInputs.NONE
            : inputs.quarantined(quarantine.inputs(new ShardPlan(spark, folder()).inputs()));
    Map<String, EmbedCounts> counts = new TreeMap<>();
    for (Modality modality : encoders.keySet()) {
      EmbedCounts of =
          counts(
              modality,
              shards.of(modality),
              done.getOrDefault(modality, List.of()),
              quarantined,
              errors.get(modality));
      counts.put(modality.id(), of);
      LOG.info("embed {}: {}", modality.id(), of.summary());
    }
    Manifest manifest = manifest(started, identity, counts, quarantined);
    Path file = manifestFile;
    boolean idle = counts.values().stream().allMatch(c -> c.shardsComputed() == 0);
    // Where nothing was done the file goes on saying when and how the vectors were computed.
    if (!idle || !Manifest.isCurrent(conf(), file, manifest.fingerprint())) {
      beforeWriting.run();
      manifest.write(conf(), file);
    }
    tellOfQuarantine(counts, file);
    return manifest;
  }

  /** One line about all that has no embedding. */
  private void tellOfQuarantine(Map<String, EmbedCounts> counts, Path manifest) {
    List<String> parts = new ArrayList<>();
    String reason = "";
    for (Map.Entry<String, EmbedCounts> entry : counts.entrySet()) {
      EmbedCounts of = entry.getValue();
      if (of.quarantined() > 0) {
        parts.add(
            String.format(
                Locale.ROOT,
                "%,d of %,d %s inputs",
                of.quarantined(),
                of.inputs(),
                entry.getKey()));
        reason = reason.isEmpty() ? of.quarantine().get(0).reason() : reason;
      }
      if (of.quarantined() == of.inputs() && of.inputs() > 0) {
        throw new UserException(
            String.format(
                Locale.ROOT,
                "none of the %,d %s inputs could be embedded: %s; all reasons: %s",
                of.inputs(),
                entry.getKey(),
                reason,
                Quarantine.folder(folder())));
      }
    }
    if (!parts.isEmpty()) {
      LOG.warn(
          "embed {}: {} could not be embedded and are in quarantine, for instance {}; training leaves their rows out. See {}",
          store.name(),
          String.join(", ", parts),
          reason,
          manifest);
    }
  }

  private List<ShardTask.Done> embed(EncoderSpec spec, List<Shard> pending, FolderLock lock)
      throws IOException {
    if (pending.isEmpty()) {
      return List.of();
    }
    lock.requireHeld();
    Quarantine.forget(
        conf(), folder(), spec.modality(), pending.stream().map(Shard::name).toList());
    return new ShardRun(spark, folder(), spec, pending).run(inputs.texts(), lock::stopIfLost);
  }

  private EmbedCounts counts(
      Modality modality,
      List<Shard> shards,
      List<ShardTask.Done> done,
      QuarantinedInputs quarantined,
      PrecisionError precisionError)
      throws IOException {
    Row rows =
        inputs
            .texts()
            .where(col(TableColumns.MODALITY).equalTo(modality.id()))
            .where(col(DistinctTexts.WANTED).equalTo(1))
            .agg(count(lit(1)), sum(DistinctTexts.ROWS))
            .first();
    Set<String> computedNow =
        done.stream()
            .filter(ShardTask.Done::computed)
            .map(ShardTask.Done::shard)
            .collect(Collectors.toSet());
    List<Shard> now = shards.stream().filter(s -> computedNow.contains(s.name())).toList();
    Map<String, OfShard> lacking = quarantined.byShard(modality);
    long wanted = shards.stream().mapToLong(Shard::wanted).sum();
    long without = lacking.values().stream().mapToLong(OfShard::inputs).sum();
    long computed =
        now.stream().mapToLong(Shard::wanted).sum()
            - lacking.entrySet().stream()
                .filter(e -> computedNow.contains(e.getKey()))
                .mapToLong(e -> e.getValue().inputs())
                .sum();
    requireWhole(modality, rows.getLong(0));
    if (wanted != rows.getLong(0)) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%s: %d inputs but %d in shards",
              modality.id(),
              rows.getLong(0),
              wanted));
    }
    return new EmbedCounts(
        rows.isNullAt(1) ? 0 : rows.getLong(1),
        wanted,
        wanted - without - computed,
        computed,
        without,
        now.stream().mapToLong(Shard::inputs).sum() - now.stream().mapToLong(Shard::wanted).sum(),
        shards.size(),
        now.size(),
        shards.stream().mapToLong(Shard::wantedCodons).sum()
            - lacking.values().stream().mapToLong(OfShard::codons).sum(),
        done.stream().mapToLong(ShardTask.Done::codons).sum(),
        done.stream().filter(ShardTask.Done::computed).mapToLong(ShardTask.Done::bytes).sum(),
        lacking.values().stream().mapToLong(OfShard::sequences).sum(),
        precisionError,
        quarantined.first(modality, EmbedCounts.LISTED));
  }

  /**
   * @throws UserException if the table has fewer texts than {@code prepare} wrote
   */
  private void requireWhole(Modality modality, long texts) throws IOException {
    for (String dataset : datasets) {
      Path manifest = prepared.prepareManifest(dataset);
      long written =
          Manifest.read(conf(), manifest)
              .map(m -> m.counts().path("modalities").path(modality.id()).path("keys").asLong())
              .orElse(0L);
      if (texts < written) {
        throw new UserException(
            "%s has %s texts where prepare wrote %s: delete %s and run prepare again"
                .formatted(
                    TableWriter.partition(
                        prepared.sequences(), TableColumns.MODALITY, modality.id()),
                    texts,
                    written,
                    manifest));
      }
    }
  }

  private Manifest manifest(
      Instant started,
      Map<String, SortedMap<String, String>> identity,
      Map<String, EmbedCounts> counts,
      QuarantinedInputs quarantined)
      throws IOException {
    Map<String, String> fingerprints = fingerprints(identity);
    quarantined.fingerprint().ifPresent(inputs -> fingerprints.put(QUARANTINE, inputs));
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

  private Map<String, String> fingerprints(Map<String, SortedMap<String, String>> identity)
      throws IOException {
    Map<String, String> fingerprints = new TreeMap<>();
    identity.forEach((modality, fields) -> fingerprints.put(modality, Fingerprint.of(fields)));
    for (String dataset : datasets) {
      Manifest.read(conf(), prepared.prepareManifest(dataset))
          .ifPresent(m -> fingerprints.put("prepare." + dataset, m.fingerprint()));
    }
    return fingerprints;
  }

  private Path folder() {
    return workspace.embeddings(store.name());
  }

  private Configuration conf() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
