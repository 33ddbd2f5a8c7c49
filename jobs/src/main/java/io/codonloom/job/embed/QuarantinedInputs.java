package io.codonloom.job.embed;

import static org.apache.spark.sql.functions.bit_xor;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import io.codonloom.job.embed.EmbedCounts.Quarantined;
import io.codonloom.sequence.Modality;
import io.codonloom.store.ShardPlan;
import io.codonloom.workspace.TableColumns;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The inputs to embed that are in the store's quarantine.
 *
 * @param rows modality, key, shard, n_codons, reason, {@link DistinctTexts#ROWS}, {@link
 *     DistinctTexts#SEQUENCE_IDS}; null where there are none
 */
record QuarantinedInputs(Dataset<Row> rows) {
  /** Where nothing is quarantined no table is read. */
  static final QuarantinedInputs NONE = new QuarantinedInputs(null);

  /**
   * What a shard lacks.
   *
   * @param sequences rows of the sequences table
   */
  record OfShard(long inputs, long codons, long sequences) {}

  Map<String, OfShard> byShard(Modality modality) {
    Map<String, OfShard> shards = new HashMap<>();
    if (rows != null) {
      for (Row row :
          of(modality)
              .groupBy(ShardPlan.SHARD)
              .agg(count(lit(1)), sum(TableColumns.N_CODONS), sum(DistinctTexts.ROWS))
              .collectAsList()) {
        shards.put(row.getString(0), new OfShard(row.getLong(1), row.getLong(2), row.getLong(3)));
      }
    }
    return shards;
  }

  /** The first of them, in the order of their keys. */
  List<Quarantined> first(Modality modality, int limit) {
    if (rows == null) {
      return List.of();
    }
    return of(modality).orderBy(TableColumns.KEY).limit(limit).collectAsList().stream()
        .map(
            row ->
                new Quarantined(
                    row.getAs(TableColumns.KEY),
                    row.getAs(TableColumns.N_CODONS),
                    row.getAs(DistinctTexts.ROWS),
                    row.getList(row.fieldIndex(DistinctTexts.SEQUENCE_IDS)),
                    row.getAs(TableColumns.REASON)))
        .toList();
  }

  /** Says which inputs they are: another one where others are quarantined. */
  Optional<String> fingerprint() {
    if (rows == null) {
      return Optional.empty();
    }
    Row all =
        rows.agg(
                count(lit(1)), bit_xor(xxhash64(col(TableColumns.MODALITY), col(TableColumns.KEY))))
            .first();
    return all.getLong(0) == 0
        ? Optional.empty()
        : Optional.of(
            String.format(Locale.ROOT, "%d inputs, %016x", all.getLong(0), all.getLong(1)));
  }

  private Dataset<Row> of(Modality modality) {
    return rows.where(col(TableColumns.MODALITY).equalTo(modality.id()));
  }
}
