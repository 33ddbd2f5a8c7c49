package io.codonloom.bench;

import io.codonloom.cli.TextTable;
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
import io.codonloom.sequence.Modality;
import io.codonloom.store.EmbeddingShard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;

/** What a codon takes in a store, what zstd saves, and how fast shards are written and read. */
final class StoreBenchmark implements Benchmark {
  private static final int TEXTS = 30;

  @Override
  public String what() {
    return "size and speed of shards";
  }

  @Override
  public void run(Workbench workbench, Goals goals) throws Exception {
    TextTable table = new TextTable();
    table.line(
        List.of(
            "model",
            "dtype",
            "bytes a codon",
            "in the file",
            "raw / file",
            "write MB/s",
            "read MB/s"));
    List<Path> checkpoints = new ArrayList<>();
    for (Modality modality : Modality.values()) {
      checkpoints.add(workbench.checkpointFolder(modality));
    }
    for (String tiny : List.of("nt-v2-tiny", "rna-fm-tiny", "esm2-tiny")) {
      checkpoints.add(workbench.root().resolve("test-data/encoders").resolve(tiny));
    }
    for (Path checkpoint : checkpoints) {
      for (Dtype dtype : Dtype.values()) {
        table.line(line(workbench, Checkpoint.open(checkpoint), dtype));
      }
    }
    System.out.println(table);
  }

  private static List<String> line(Workbench workbench, Checkpoint checkpoint, Dtype dtype)
      throws Exception {
    List<CodonEmbedding> embeddings = embeddings(workbench, checkpoint, dtype);
    long codons = embeddings.stream().mapToLong(CodonEmbedding::codons).sum();
    long raw = embeddings.stream().mapToLong(e -> e.bytes().length).sum();
    Path file = workbench.scratch().resolve("store.parquet");
    var hadoopFile = new org.apache.hadoop.fs.Path(file.toUri());
    double writing = Double.POSITIVE_INFINITY;
    double reading = Double.POSITIVE_INFINITY;
    for (int round = 0; round < workbench.rounds(); round++) {
      Files.deleteIfExists(file);
      writing = Math.min(writing, Clock.seconds(() -> write(embeddings, file)));
      reading =
          Math.min(
              reading,
              Clock.seconds(
                  () -> EmbeddingShard.forEach(new Configuration(false), hadoopFile, row -> {})));
    }
    return List.of(
        checkpoint.directory().getFileName().toString(),
        dtype.id(),
        number("%,.0f", raw / (double) codons),
        number("%,.0f", Files.size(file) / (double) codons),
        number("%.2f", raw / (double) Files.size(file)),
        number("%,.0f", raw / writing / 1e6),
        number("%,.0f", raw / reading / 1e6));
  }

  private static void write(List<CodonEmbedding> embeddings, Path file) throws Exception {
    try (EmbeddingShard.Writer writer = EmbeddingShard.writer(file)) {
      for (CodonEmbedding embedding : embeddings) {
        writer.add(embedding);
      }
    }
  }

  private static List<CodonEmbedding> embeddings(
      Workbench workbench, Checkpoint checkpoint, Dtype dtype) throws Exception {
    EncoderSettings settings =
        new EncoderSettings(EncoderOutput.HIDDEN, -1, Precision.FP32, workbench.threads());
    try (Encoder encoder = Encoders.open(checkpoint, checkpoint.modality(), settings, Device.CPU)) {
      CodonEncoder codons = new CodonEncoder(encoder, new Windows(false, 0, 0), dtype);
      List<CodonEmbedding> embeddings = new ArrayList<>();
      for (String text : workbench.texts(checkpoint.modality()).subList(0, TEXTS)) {
        embeddings.add(codons.encode("%032x".formatted(embeddings.size()), text));
      }
      return embeddings;
    }
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
