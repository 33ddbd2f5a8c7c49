package io.codonloom.job.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.ForeignFileSystem;
import io.codonloom.UserException;
import io.codonloom.config.EncoderConfig;
import io.codonloom.config.Store;
import io.codonloom.device.Device;
import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.embedding.CodonEncoder;
import io.codonloom.embedding.Dtype;
import io.codonloom.embedding.Windows;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.encoder.Encoder;
import io.codonloom.encoder.EncoderOutput;
import io.codonloom.encoder.EncoderSettings;
import io.codonloom.encoder.Precision;
import io.codonloom.encoder.engine.Encoders;
import io.codonloom.encoding.CheckpointFiles;
import io.codonloom.encoding.EncoderLimits;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.OverLong;
import io.codonloom.store.ShardPlan;
import io.codonloom.store.StoreIdentity;
import io.codonloom.store.StoreRecords;
import io.codonloom.workspace.FolderLock;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.WholeFile;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbedJobTest {
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
  }

  private static void assertAddsUp(Manifest manifest) throws IOException {
    for (String modality : (Iterable<String>) () -> manifest.counts().fieldNames()) {
      EmbedCounts counts = EmbedFixture.counts(manifest, Modality.of(modality));
      assertThat(counts.inputs())
          .isEqualTo(counts.stored() + counts.computed() + counts.quarantined());
      assertThat(counts.sequences()).isGreaterThanOrEqualTo(counts.inputs());
    }
  }

  @Test
  void storesEveryInputOnceAndComputesNothingAgain() throws IOException {
    fixture.dataset("a", genes, 3);
    Manifest first = fixture.embed("a");
    assertAddsUp(first);
    Map<String, ByteBuffer> objects = fixture.objects();
    for (Modality modality : Modality.values()) {
      EmbedCounts counts = EmbedFixture.counts(first, modality);
      assertThat(counts.inputs()).isEqualTo(20);
      assertThat(counts.computed()).isEqualTo(20);
      assertThat(counts.shards()).isEqualTo(counts.shardsComputed()).isGreaterThan(1);
      assertThat(counts.codons()).isEqualTo(counts.codonsComputed());
      assertThat(counts.bytesComputed())
          .isEqualTo(
              objects.entrySet().stream()
                  .filter(e -> e.getKey().startsWith("modality=" + modality.id() + "/"))
                  .mapToLong(e -> e.getValue().remaining())
                  .sum());
    }
    Manifest second = fixture.embed("a");
    assertAddsUp(second);
    for (Modality modality : Modality.values()) {
      EmbedCounts counts = EmbedFixture.counts(second, modality);
      assertThat(counts.stored()).isEqualTo(20);
      assertThat(counts.shardsComputed()).isZero();
      assertThat(counts.codonsComputed()).isZero();
    }
    assertThat(second.fingerprint()).isEqualTo(first.fingerprint());
    assertThat(fixture.objects()).isEqualTo(objects);
  }

  @Test
  void storedVectorsAreTheEncodersOwn() throws IOException {
    fixture.dataset("a", genes.subList(0, 3), 1);
    fixture.embed("a");
    Dataset<Row> texts = fixture.spark.read().parquet(fixture.workspace.sequences().toString());
    for (Modality modality : Modality.values()) {
      Checkpoint checkpoint =
          Checkpoint.open(Path.of(URI.create(fixture.encoders.get(modality).checkpoint())));
      EncoderSettings settings = new EncoderSettings(EncoderOutput.HIDDEN, -1, Precision.FP32, 1);
      try (Encoder encoder = Encoders.open(checkpoint, modality, settings, Device.CPU)) {
        CodonEncoder codons = new CodonEncoder(encoder, new Windows(false, 0, 0), Dtype.FP16);
        for (Row row : texts.where("modality = '" + modality.id() + "'").collectAsList()) {
          CodonEmbedding stored = fixture.embedding(modality, row.getAs("key"));
          assertThat(stored.codons()).isEqualTo(row.<Integer>getAs("n_codons"));
          assertThat(stored.bytes())
              .isEqualTo(codons.encode("k", row.<String>getAs("sequence")).bytes());
        }
      }
    }
  }

  @Test
  void laterSequencesFormAGenerationOfTheirOwnAndTouchNothing() throws IOException {
    fixture.dataset("a", genes.subList(0, 12), 1).embed("a");
    Map<String, ByteBuffer> before = fixture.objects();
    Map<String, FileTime> times = times(before);
    Manifest manifest = fixture.dataset("b", genes.subList(6, 20), 1).embed("a", "b");
    assertThat(times(before)).isEqualTo(times);
    assertAddsUp(manifest);
    for (Modality modality : Modality.values()) {
      EmbedCounts counts = EmbedFixture.counts(manifest, modality);
      assertThat(counts.sequences()).isEqualTo(26);
      assertThat(counts.inputs()).isEqualTo(20);
      assertThat(counts.stored()).isEqualTo(12);
      assertThat(counts.computed()).isEqualTo(8);
    }
    Map<String, ByteBuffer> after = fixture.objects();
    assertThat(after).containsAllEntriesOf(before).hasSizeGreaterThan(before.size());
    assertThat(after.keySet())
        .allMatch(name -> before.containsKey(name) || name.contains("shard=g0002-"));
    assertThat(folder.resolve("stores/s/plan/generation=0002/_SUCCESS")).exists();
    assertThat(EmbedFixture.counts(fixture.embed("b"), Modality.RNA).stored()).isEqualTo(14);
  }

  private Map<String, FileTime> times(Map<String, ByteBuffer> objects) throws IOException {
    Map<String, FileTime> times = new TreeMap<>();
    for (String name : objects.keySet()) {
      times.put(name, Files.getLastModifiedTime(folder.resolve("embeddings/s").resolve(name)));
    }
    return times;
  }

  @Test
  void tenThousandSynonymousVariantsCostTheProteinEncoderOnePass() throws IOException {
    fixture.encoders.keySet().retainAll(List.of(Modality.PROTEIN));
    List<String> leucine = List.of("CTT", "CTC", "CTA", "CTG", "TTA", "TTG");
    List<String> variants = new ArrayList<>();
    for (int number = 0; number < 10_000; number++) {
      StringBuilder sequence = new StringBuilder("ATG");
      for (int digit = 0, rest = number; digit < 6; digit++, rest /= 6) {
        sequence.append(leucine.get(rest % 6));
      }
      variants.add(sequence + "TAA");
    }
    EmbedCounts counts =
        EmbedFixture.counts(fixture.dataset("a", variants, 2).embed("a"), Modality.PROTEIN);
    assertThat(counts.sequences()).isEqualTo(10_000);
    assertThat(counts.inputs()).isEqualTo(1);
    assertThat(counts.computed()).isEqualTo(1);
    assertThat(counts.codonsComputed()).isEqualTo(7);
    assertThat(fixture.objects()).hasSize(1);
  }

  @Test
  void synonymousVariantsCostTheProteinEncoderOnePass() throws IOException {
    // Leucine's and serine's codons, six each: one protein, many messages.
    List<String> variants = new ArrayList<>();
    for (String codon : List.of("CTT", "CTC", "CTA", "CTG", "TTA", "TTG")) {
      variants.add("ATG" + codon.repeat(10) + "GCT" + "TAA");
    }
    Manifest manifest = fixture.dataset("a", variants, 2).embed("a");
    assertAddsUp(manifest);
    assertThat(EmbedFixture.counts(manifest, Modality.RNA).computed()).isEqualTo(6);
    EmbedCounts protein = EmbedFixture.counts(manifest, Modality.PROTEIN);
    assertThat(protein.sequences()).isEqualTo(6);
    assertThat(protein.computed()).isEqualTo(1);
    assertThat(protein.codonsComputed()).isEqualTo(12);
  }

  @Test
  void theBytesDependOnTheSequencesAlone() throws IOException {
    fixture.dataset("a", genes, 1).embed("a");
    List<String> shuffled = new ArrayList<>(genes);
    Collections.reverse(shuffled);
    EmbedFixture other =
        new EmbedFixture(folder.resolve("other"))
            .dataset("x", shuffled.subList(0, 7), 5)
            .dataset("y", shuffled.subList(5, 20), 2);
    other.embed("x", "y");
    assertThat(other.objects()).isEqualTo(fixture.objects());
  }

  @Test
  void aStoreTakesNothingThatWasMadeOtherwise() throws IOException {
    fixture.dataset("a", genes.subList(0, 2), 1).embed("a");
    Map<String, ByteBuffer> before = fixture.objects();
    fixture.encoders.put(
        Modality.RNA,
        new EncoderConfig(
            EmbedFixture.checkpoint("rna-fm-tiny"),
            OverLong.WINDOW,
            0,
            5,
            EncoderOutput.HIDDEN,
            2));
    assertThatThrownBy(() -> fixture.embed("a"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("holds rna embeddings that were made otherwise")
        .hasMessageContaining("layer is 4 there and 2 now")
        .hasMessageContaining("overlap-codons is absent there and 5 now")
        .hasMessageContaining("give the store another name");
    fixture.encoder(Modality.RNA, "rna-fm-tiny").store(new Store("s", Dtype.FP32, 600));
    assertThatThrownBy(() -> fixture.embed("a"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("dtype is fp16 there and fp32 now");
    assertThat(fixture.objects()).isEqualTo(before);
  }

  @Test
  void plainSparkReadsTheStore() throws IOException {
    fixture.dataset("a", genes.subList(0, 5), 1).embed("a");
    Dataset<Row> store = fixture.spark.read().parquet(fixture.storeFolder().toString());
    assertThat(store.columns())
        .containsExactly(
            "key",
            "start_codon",
            "end_codon",
            "dim",
            "dtype",
            "embedding",
            "checksum",
            "modality",
            "shard");
    assertThat(store.count()).isEqualTo(15);
    assertThat(store.where("length(embedding) != 2 * dim * (end_codon - start_codon)").count())
        .isZero();
    assertThat(store.select("modality", "dim", "dtype").distinct().count()).isEqualTo(3);
  }

  @Test
  void whatIsMissingIsComputedAgainAndNothingElse() throws IOException {
    fixture.dataset("a", genes, 1).embed("a");
    Map<String, ByteBuffer> whole = fixture.objects();
    List<String> rna =
        whole.keySet().stream().filter(name -> name.startsWith("modality=rna")).toList();
    Files.delete(folder.resolve("embeddings/s").resolve(rna.get(0)));
    Files.delete(folder.resolve("embeddings/s").resolve(rna.get(1)));
    Manifest manifest = fixture.embed("a");
    assertAddsUp(manifest);
    assertThat(EmbedFixture.counts(manifest, Modality.RNA).shardsComputed()).isEqualTo(2);
    assertThat(EmbedFixture.counts(manifest, Modality.DNA).shardsComputed()).isZero();
    assertThat(fixture.objects()).isEqualTo(whole);
  }

  @Test
  void anUnfinishedGenerationCountsForNothing() throws IOException {
    fixture.dataset("a", genes.subList(0, 5), 1).embed("a");
    Map<String, ByteBuffer> whole = fixture.objects();
    CheckpointFiles.delete(folder.resolve("embeddings/s/modality=dna"));
    CheckpointFiles.delete(folder.resolve("embeddings/s/modality=rna"));
    CheckpointFiles.delete(folder.resolve("embeddings/s/modality=protein"));
    Files.delete(folder.resolve("stores/s/plan/generation=0001/_SUCCESS"));
    fixture.embed("a");
    assertThat(fixture.objects()).isEqualTo(whole);
  }

  @Test
  void whatIsLeftOfAnUnfinishedShardIsPlannedAnew() throws IOException {
    fixture.store(new Store("s", Dtype.FP16, 100_000));
    fixture.dataset("a", genes.subList(0, 3), 1).dataset("b", genes.subList(3, 6), 1);
    fixture.embed("a", "b");
    // As if killed before the RNA, and then prepared again without the second dataset.
    CheckpointFiles.delete(folder.resolve("embeddings/s/modality=rna"));
    CheckpointFiles.delete(folder.resolve("sequences/modality=rna/dataset=b"));
    Manifest manifest = fixture.embed("a");
    assertAddsUp(manifest);
    assertThat(EmbedFixture.counts(manifest, Modality.RNA).computed()).isEqualTo(3);
    assertThat(EmbedFixture.counts(manifest, Modality.DNA).stored()).isEqualTo(3);
    // When the second one is back, what remained of the old shards can be computed.
    fixture.dataset("b", genes.subList(3, 6), 1);
    Manifest whole = fixture.embed("a", "b");
    assertThat(EmbedFixture.counts(whole, Modality.RNA).computed()).isEqualTo(3);
    assertThat(EmbedFixture.counts(whole, Modality.RNA).stored()).isEqualTo(3);
    Dataset<Row> rna =
        fixture.spark.read().parquet(fixture.storeFolder().toString()).where("modality = 'rna'");
    assertThat(rna.count()).isEqualTo(6);
    assertThat(rna.select("key").distinct().count()).isEqualTo(6);
  }

  @Test
  void aDamagedShardIsNamed() throws IOException {
    fixture.dataset("a", genes.subList(0, 1), 1).embed("a");
    String name = fixture.objects().keySet().iterator().next();
    Path file = folder.resolve("embeddings/s").resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    String key =
        new ShardPlan(fixture.spark, fixture.storeFolder())
            .inputs()
            .where("modality = 'dna'")
            .first()
            .getAs("key");
    assertThatThrownBy(() -> fixture.embedding(Modality.DNA, key))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(name)
        .hasMessageContaining("run embed again");
  }

  @Test
  void oneModalityOneSequenceAndNoSequenceWork() throws IOException {
    fixture.encoders.keySet().retainAll(List.of(Modality.RNA));
    fixture.dataset("one", genes.subList(0, 1), 1).dataset("none", List.of(), 1);
    Manifest none = fixture.embed("none");
    assertAddsUp(none);
    assertThat(EmbedFixture.counts(none, Modality.RNA).inputs()).isZero();
    Manifest one = fixture.embed("none", "one");
    assertThat(EmbedFixture.counts(one, Modality.RNA).computed()).isEqualTo(1);
    assertThat(one.counts().size()).isEqualTo(1);
    assertThat(fixture.objects()).hasSize(1);
  }

  @Test
  void aModalityMayComeLater() throws IOException {
    EncoderConfig protein = fixture.encoders.remove(Modality.PROTEIN);
    fixture.dataset("a", genes.subList(0, 2), 1).embed("a");
    fixture.encoders.put(Modality.PROTEIN, protein);
    Manifest manifest = fixture.embed("a");
    assertThat(EmbedFixture.counts(manifest, Modality.PROTEIN).computed()).isEqualTo(2);
    assertThat(EmbedFixture.counts(manifest, Modality.RNA).stored()).isEqualTo(2);
  }

  @Test
  void oneJobAtATimeWritesIntoAStore() throws IOException {
    fixture.dataset("a", genes.subList(0, 2), 1);
    try (FolderLock other =
        FolderLock.take(fixture.conf, StoreRecords.folder(fixture.storeFolder()))) {
      assertThatThrownBy(() -> fixture.embed("a"))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("another job writes into")
          .hasMessageContaining("run this again when that one has ended");
      other.requireHeld();
    }
    assertThat(fixture.objects()).isEmpty();
    assertThat(EmbedFixture.counts(fixture.embed("a"), Modality.RNA).computed()).isEqualTo(2);
  }

  @Test
  void aLimitIsTheConfiguredOneButNeverMoreThanTheModelReads() throws IOException {
    fixture.encoders.put(
        Modality.PROTEIN,
        new EncoderConfig(
            EmbedFixture.checkpoint("esm2-tiny"),
            OverLong.TRUNCATE,
            500,
            32,
            EncoderOutput.HIDDEN,
            -1));
    Map<Modality, InputLimit> limits = EncoderLimits.of(fixture.conf, fixture.encoders);
    assertThat(limits.get(Modality.RNA)).isEqualTo(new InputLimit(OverLong.REJECT, 340));
    assertThat(limits.get(Modality.DNA)).isEqualTo(new InputLimit(OverLong.REJECT, 4090));
    assertThat(limits.get(Modality.PROTEIN)).isEqualTo(new InputLimit(OverLong.TRUNCATE, 500));
  }

  @Test
  void refusesWhatIsNotThere() throws IOException {
    fixture.dataset("a", genes.subList(0, 1), 1);
    assertThatThrownBy(() -> fixture.embed("b"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("dataset b has no dna sequences")
        .hasMessageContaining("run prepare first");
    fixture.encoder(Modality.DNA, "esm2-tiny");
    assertThatThrownBy(() -> fixture.embed("a"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("is a model of protein (esm2) and cannot read dna");
    fixture.encoder(Modality.DNA, "no-such-model");
    assertThatThrownBy(() -> fixture.embed("a"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("There is no checkpoint directory");
    assertThat(Files.exists(folder.resolve("embeddings"))).isFalse();
  }

  @Test
  void anObjectStoreHoldsTheSameBytes() throws IOException {
    fixture.dataset("a", genes.subList(0, 4), 1).embed("a");
    ForeignFileSystem.register(fixture.conf);
    EmbedFixture foreign = new EmbedFixture(folder.resolve("foreign"), "foreign:");
    foreign.encoders.replaceAll(
        (modality, encoder) ->
            new EncoderConfig(
                encoder.checkpoint().replace("file:", "foreign:"),
                OverLong.REJECT,
                0,
                0,
                EncoderOutput.HIDDEN,
                -1));
    foreign.dataset("a", genes.subList(0, 4), 1).embed("a");
    assertThat(foreign.objects()).isEqualTo(fixture.objects());
    assertThat(EmbedFixture.counts(foreign.embed("a"), Modality.DNA).stored()).isEqualTo(4);
  }

  @Test
  void theStoreSaysHowItWasMade() throws IOException {
    fixture.dataset("a", genes.subList(0, 1), 1).embed("a");
    String identity = WholeFile.readText(fixture.conf, StoreIdentity.file(fixture.storeFolder()));
    Map<String, String> rna =
        new TreeMap<>(Map.of("family", "rna-fm", "layer", "4", "precision", "fp32"));
    rna.put("dtype", "fp16");
    rna.forEach(
        (name, value) -> assertThat(identity).contains("\"%s\" : \"%s\"".formatted(name, value)));
  }
}
