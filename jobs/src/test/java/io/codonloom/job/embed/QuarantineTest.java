package io.codonloom.job.embed;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.desc;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.UserException;
import io.codonloom.config.EncoderConfig;
import io.codonloom.config.Store;
import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.embedding.Dtype;
import io.codonloom.encoder.EncoderOutput;
import io.codonloom.job.embed.EmbedCounts.Quarantined;
import io.codonloom.sequence.CodingSequence;
import io.codonloom.sequence.EncoderInput;
import io.codonloom.sequence.GeneticCode;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.OverLong;
import io.codonloom.sequence.Rules;
import io.codonloom.store.EmbeddingShard;
import io.codonloom.store.Quarantine;
import io.codonloom.store.ShardPlan;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.WholeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuarantineTest {
  /** More codons than the RNA model reads. */
  private static final String TOO_LONG = "ATG" + "GCT".repeat(400) + "TAA";

  private static List<String> genes;

  @TempDir Path folder;
  private EmbedFixture fixture;

  @BeforeAll
  static void readGenes() throws IOException {
    genes = EmbedFixture.genes();
  }

  @BeforeEach
  void prepare() {
    fixture = new EmbedFixture(folder);
    fixture.encoders.keySet().retainAll(List.of(Modality.RNA));
  }

  private static String key(String sequence) {
    return input(CodingSequence.of(sequence, GeneticCode.of(1))).key();
  }

  private static EncoderInput input(CodingSequence sequence) {
    return EncoderInput.of(sequence, Modality.RNA, Rules.defaults(), InputLimit.NONE);
  }

  private static EmbedCounts counts(Manifest manifest) throws IOException {
    EmbedCounts counts = EmbedFixture.counts(manifest, Modality.RNA);
    assertThat(counts.inputs())
        .isEqualTo(counts.stored() + counts.computed() + counts.quarantined());
    return counts;
  }

  private List<String> storedKeys() throws IOException {
    return fixture
        .spark
        .read()
        .parquet(fixture.storeFolder().toString())
        .orderBy("key")
        .toJavaRDD()
        .map(row -> row.<String>getAs("key"))
        .collect();
  }

  private static List<String> with(String... more) {
    List<String> sequences = new ArrayList<>(genes);
    sequences.addAll(List.of(more));
    return sequences;
  }

  @Test
  void anInputThatCannotBeReadIsRecordedAndAllOthersAreStored() throws IOException {
    String other = TOO_LONG.replace("TAA", "TAG"); // the same input of another sequence
    fixture.dataset("a", with(TOO_LONG, other), 3);
    Manifest manifest = fixture.embed("a");
    EmbedCounts counts = counts(manifest);
    assertThat(counts.inputs()).isEqualTo(21);
    assertThat(counts.computed()).isEqualTo(20);
    assertThat(counts.quarantined()).isEqualTo(1);
    assertThat(counts.quarantinedSequences()).isEqualTo(2);
    assertThat(counts.codons()).isEqualTo(counts.codonsComputed());
    assertThat(counts.summary()).endsWith("; 1 inputs in quarantine");
    Quarantined quarantined = counts.quarantine().get(0);
    assertThat(quarantined.key()).isEqualTo(key(TOO_LONG));
    assertThat(quarantined.codons()).isEqualTo(401);
    assertThat(quarantined.sequences()).isEqualTo(2);
    assertThat(quarantined.sequenceIds())
        .containsExactlyInAnyOrder(
            CodingSequence.of(TOO_LONG, GeneticCode.of(1)).id(),
            CodingSequence.of(other, GeneticCode.of(1)).id());
    assertThat(quarantined.reason())
        .contains("of 401 codons the encoder reads only 340 at once; read it in windows");
    assertThat(storedKeys()).hasSize(20).doesNotContain(key(TOO_LONG));
    assertThat(Manifest.read(fixture.conf, fixture.workspace.embedManifest("s"))).isPresent();
  }

  @Test
  void theSameSettingsTryNothingAgain() throws IOException {
    fixture.dataset("a", with(TOO_LONG), 1);
    Manifest first = fixture.embed("a");
    Map<String, ByteBuffer> objects = fixture.objects();
    Manifest second = fixture.embed("a");
    assertThat(counts(second).shardsComputed()).isZero();
    assertThat(counts(second).stored()).isEqualTo(20);
    assertThat(counts(second).quarantined()).isEqualTo(1);
    assertThat(second.fingerprint()).isEqualTo(first.fingerprint());
    assertThat(fixture.objects()).isEqualTo(objects);
    assertThat(folder.resolve("stores/s/plan/generation=0002")).doesNotExist();
  }

  @Test
  void anInputThatNeedsMoreMemoryIsTriedAgainUnderAnotherLimitAndNothingElseIs()
      throws IOException {
    String large = "ATG" + "GCT".repeat(330) + "TAA";
    fixture.dataset("a", with(large), 2).memoryMib(3);
    Manifest small = fixture.embed("a");
    assertThat(counts(small).computed()).isEqualTo(20);
    assertThat(counts(small).quarantine().get(0).key()).isEqualTo(key(large));
    assertThat(counts(small).quarantine().get(0).reason()).contains("of 3.0 MiB allowed");
    Map<String, ByteBuffer> before = fixture.objects();

    Manifest enough = fixture.memoryMib(64).embed("a");
    assertThat(counts(enough).stored()).isEqualTo(20);
    assertThat(counts(enough).computed()).isEqualTo(1);
    assertThat(counts(enough).quarantined()).isZero();
    assertThat(enough.fingerprint()).isNotEqualTo(small.fingerprint());
    assertThat(fixture.objects()).containsAllEntriesOf(before).hasSize(before.size() + 1);
    assertThat(fixture.embedding(Modality.RNA, key(large)).codons()).isEqualTo(331);
    assertThat(storedKeys()).hasSize(21).doesNotHaveDuplicates();

    assertThat(counts(fixture.embed("a")).stored()).isEqualTo(21);
    assertThat(counts(fixture.memoryMib(3).embed("a")).stored())
        .as("what is stored stays stored")
        .isEqualTo(21);
  }

  @Test
  void theBytesOfAllOthersAreThoseOfAStoreWithoutIt() throws IOException {
    fixture.dataset("a", with(TOO_LONG), 1).embed("a");
    EmbedFixture other = new EmbedFixture(folder.resolve("other"));
    other.encoders.keySet().retainAll(List.of(Modality.RNA));
    other.dataset("a", genes, 1).embed("a");
    for (String gene : genes) {
      assertThat(fixture.embedding(Modality.RNA, key(gene)).bytes())
          .isEqualTo(other.embedding(Modality.RNA, key(gene)).bytes());
    }
  }

  @Test
  void plainSparkReadsTheQuarantine() throws IOException {
    fixture.dataset("a", with(TOO_LONG), 1).embed("a");
    Row row =
        fixture.spark.read().json(Quarantine.folder(fixture.storeFolder()).toString()).first();
    assertThat(row.<String>getAs("key")).isEqualTo(key(TOO_LONG));
    assertThat(row.<String>getAs("modality")).isEqualTo("rna");
    assertThat(row.<Long>getAs("n_codons")).isEqualTo(401);
    assertThat(row.<String>getAs("tried_with")).contains("device cpu, memory-mib 0");
    assertThat(new Quarantine(fixture.spark, fixture.storeFolder()).isEmpty()).isFalse();
  }

  @Test
  void whatAKilledTaskSetAsideDoesNotCountWhenItsShardIsWrittenWhole() throws IOException {
    fixture.dataset("a", genes.subList(0, 3), 1).embed("a");
    Row planned = new ShardPlan(fixture.spark, fixture.storeFolder()).inputs().first();
    String shard = planned.getAs("shard");
    Quarantine.write(
        fixture.conf,
        fixture.storeFolder(),
        Modality.RNA,
        shard,
        List.of(new Quarantine.Entry("rna", shard, planned.getAs("key"), 9, "killed", "nothing")));
    Files.delete(folder.resolve("embeddings/s/modality=rna/shard=" + shard + "/data.parquet"));
    assertThat(counts(fixture.embed("a")).quarantined()).isZero();
    assertThat(storedKeys()).hasSize(3);
  }

  /** Two attempts, of which one leaves the first key out and the other one the second or none. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aKeyIsStoredOrInQuarantineInWhateverOrderTwoAttemptsWrite(boolean otherIsWhole)
      throws IOException {
    fixture.dataset("a", genes, 1).store(new Store("s", Dtype.FP16, 1 << 20)).embed("a");
    Dataset<Row> all = new ShardPlan(fixture.spark, fixture.storeFolder()).inputs();
    String shard = all.groupBy("shard").count().orderBy(desc("count")).first().getString(0);
    Dataset<Row> planned = all.where(col("shard").equalTo(shard)).cache();
    List<String> keys = planned.select("key").as(Encoders.STRING()).collectAsList();
    assertThat(keys).hasSizeGreaterThan(2);
    org.apache.hadoop.fs.Path object =
        EmbeddingShard.file(fixture.storeFolder(), Modality.RNA, shard);
    Map<String, CodonEmbedding> whole = EmbeddingShard.read(fixture.conf, object);
    String first = keys.get(0);
    String second = otherIsWhole ? "" : keys.get(1);
    for (String order : List.of("aAbB", "abAB", "abBA", "baAB", "baBA", "bBaA")) {
      for (int i = 0; i < order.length(); i++) {
        char step = order.charAt(i);
        String without = Character.toLowerCase(step) == 'a' ? first : second;
        if (Character.isLowerCase(step)) {
          record(shard, without);
        } else {
          publish(object, whole, without);
          Set<String> stored = EmbeddingShard.read(fixture.conf, object).keySet();
          List<String> both = new ArrayList<>(stored);
          for (Row row :
              new Quarantine(fixture.spark, fixture.storeFolder())
                  .inputs(planned)
                  .collectAsList()) {
            both.add(row.getAs("key"));
          }
          assertThat(both).as(order).containsExactlyInAnyOrderElementsOf(keys);
        }
      }
      Quarantine.forget(fixture.conf, fixture.storeFolder(), Modality.RNA, List.of(shard));
    }
  }

  private void record(String shard, String key) throws IOException {
    Quarantine.write(
        fixture.conf,
        fixture.storeFolder(),
        Modality.RNA,
        shard,
        key.isEmpty()
            ? List.of()
            : List.of(new Quarantine.Entry("rna", shard, key, 9, "no memory", "nothing")));
  }

  private void publish(
      org.apache.hadoop.fs.Path object, Map<String, CodonEmbedding> whole, String without)
      throws IOException {
    Path local = Files.createTempDirectory(folder, "attempt").resolve("data.parquet");
    try (EmbeddingShard.Writer writer = EmbeddingShard.writer(local)) {
      for (CodonEmbedding embedding : whole.values()) {
        if (!embedding.key().equals(without)) {
          writer.add(embedding);
        }
      }
    }
    WholeFile.publish(fixture.conf, local, object);
  }

  @Test
  void aModalityWithoutAnyEmbeddingIsAnError() throws IOException {
    fixture.dataset("a", List.of(TOO_LONG), 1);
    assertThatThrownBy(() -> fixture.embed("a"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("none of the 1 rna inputs could be embedded: rna input")
        .hasMessageContaining("of 401 codons the encoder reads only 340")
        .hasMessageContaining("stores/s/quarantine");
  }

  @Test
  void windowsReadWhatIsTooLongForOne() throws IOException {
    fixture.dataset("a", List.of(genes.get(0), TOO_LONG), 1);
    fixture.encoders.put(
        Modality.RNA,
        new EncoderConfig(
            EmbedFixture.checkpoint("rna-fm-tiny"),
            OverLong.WINDOW,
            0,
            20,
            EncoderOutput.HIDDEN,
            -1));
    EmbedCounts counts = counts(fixture.store(new Store("windows", Dtype.FP16, 600)).embed("a"));
    assertThat(counts.quarantined()).isZero();
    assertThat(counts.codonsComputed()).isEqualTo(genes.get(0).length() / 3 - 1 + 401);
  }
}
