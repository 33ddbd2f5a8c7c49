package io.codonloom.job.embed;

import io.codonloom.config.Encoding.Processor;
import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.embedding.KeyedText;
import io.codonloom.encoding.CheckpointFiles;
import io.codonloom.encoding.EncoderSpec;
import io.codonloom.encoding.OpenEncoders;
import io.codonloom.store.EmbeddingShard;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Measures an encoder for a moment on real inputs, in as many tasks as will run side by side, so
 * that they hinder one another as they will in earnest. Nothing is kept of the vectors.
 */
final class PaceTrial implements FlatMapFunction<Iterator<Integer>, PaceTrial.Pace> {
  private static final long serialVersionUID = 1L;

  private final EncoderSpec spec;
  private final ArrayList<Sample> samples;
  private final double seconds;
  private final SerializableConfiguration conf;

  /**
   * Inputs of one length band.
   *
   * @param band as in the names of shards
   * @param share of the whole work that this band has, 0 to 1
   */
  record Sample(int band, double share, List<Input> inputs) implements Serializable {}

  /** An input. */
  record Input(String key, String text, int codons) implements Serializable {}

  /**
   * What was measured in one band.
   *
   * @param codons read in {@code seconds}
   * @param storedCodons in a shard of {@code bytes}
   */
  record Pace(int band, long codons, double seconds, long storedCodons, long bytes)
      implements Serializable {

    private static Pace of(
        int band, long codons, double seconds, Collection<CodonEmbedding> embeddings)
        throws IOException {
      Path folder = Files.createTempDirectory("codonloom-plan-");
      try {
        Path file = folder.resolve("data.parquet");
        long stored = 0;
        try (EmbeddingShard.Writer writer = EmbeddingShard.writer(file)) {
          for (CodonEmbedding embedding : embeddings) {
            writer.add(embedding);
            stored += embedding.codons();
          }
        }
        return new Pace(band, codons, seconds, stored, Files.size(file));
      } finally {
        CheckpointFiles.delete(folder);
      }
    }

    private Pace plus(Pace other) {
      return new Pace(
          band,
          codons + other.codons,
          seconds + other.seconds,
          storedCodons + other.storedCodons,
          bytes + other.bytes);
    }
  }

  /**
   * What all tasks measured.
   *
   * @param secondsPerCodon of one task, by band; without the bands that there was no time for
   * @param bytesPerCodon in a shard's file
   */
  record Result(Map<Integer, Double> secondsPerCodon, double bytesPerCodon) {}

  private PaceTrial(
      EncoderSpec spec, List<Sample> samples, double seconds, SerializableConfiguration conf) {
    this.spec = spec;
    this.samples = new ArrayList<>(samples);
    this.seconds = seconds;
    this.conf = conf;
  }

  /**
   * Runs the trial.
   *
   * @param samples the bands with the most work first
   * @param seconds for each task, about; bands that they do not suffice for are not measured
   */
  static Result run(
      SparkSession spark, EncoderSpec spec, List<Sample> samples, double seconds, int tasks) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    SerializableConfiguration conf =
        new SerializableConfiguration(spark.sparkContext().hadoopConfiguration());
    List<Integer> numbers = IntStream.range(0, tasks).boxed().toList();
    List<Pace> paces =
        context
            .parallelize(numbers, tasks)
            .mapPartitions(new PaceTrial(spec, samples, seconds, conf))
            .collect();
    Map<Integer, Pace> bands = new TreeMap<>();
    paces.forEach(pace -> bands.merge(pace.band(), pace, Pace::plus));
    Map<Integer, Double> secondsPerCodon = new TreeMap<>();
    bands.forEach((band, pace) -> secondsPerCodon.put(band, pace.seconds() / pace.codons()));
    double bytes = paces.stream().mapToDouble(Pace::bytes).sum();
    long stored = paces.stream().mapToLong(Pace::storedCodons).sum();
    return new Result(secondsPerCodon, bytes / stored);
  }

  @Override
  public Iterator<Pace> call(Iterator<Integer> task) throws IOException {
    List<Pace> paces = new ArrayList<>();
    try (OpenEncoders.Lease lease = OpenEncoders.lease(spec, conf.value())) {
      Input shortest =
          samples.stream()
              .flatMap(sample -> sample.inputs().stream())
              .min(Comparator.comparingInt(Input::codons))
              .orElseThrow();
      encode(lease, List.of(shortest)); // The first call of a session takes longer.
      long started = System.nanoTime();
      for (Sample sample : samples) {
        if (paces.isEmpty() || secondsSince(started) < seconds) {
          measure(lease, sample).ifPresent(paces::add);
        }
      }
    }
    return paces.iterator();
  }

  /** Reads the inputs over and over until the band's share of the time is used. */
  private Optional<Pace> measure(OpenEncoders.Lease lease, Sample sample) throws IOException {
    Map<String, CodonEmbedding> embeddings = new TreeMap<>();
    long started = System.nanoTime();
    long codons = 0;
    double used = 0;
    while (used == 0 || used < seconds * sample.share()) {
      for (List<Input> batch : batches(sample.inputs())) {
        for (CodonEmbedding embedding : encode(lease, batch)) {
          codons += embedding.codons();
          embeddings.put(embedding.key(), embedding);
        }
        used = secondsSince(started);
        if (used >= seconds * sample.share()) {
          break;
        }
      }
    }
    return embeddings.isEmpty()
        ? Optional.empty()
        : Optional.of(Pace.of(sample.band(), codons, used, embeddings.values()));
  }

  /** On a GPU as many as fill a batch, some of them more than once; else one by one. */
  private List<List<Input>> batches(List<Input> inputs) {
    if (spec.encoding().device() == Processor.CPU) {
      return inputs.stream().map(List::of).toList();
    }
    // A codon of RNA has three tokens, those of the other models less.
    int fitting = spec.encoding().batchTokens() / inputs.get(0).codons() + 1;
    return List.of(
        IntStream.range(0, fitting).mapToObj(i -> inputs.get(i % inputs.size())).toList());
  }

  /** Without those that cannot be encoded: {@code embed} will say why. */
  private static List<CodonEmbedding> encode(OpenEncoders.Lease lease, List<Input> batch)
      throws IOException {
    List<CodonEmbedding> embeddings = new ArrayList<>();
    List<KeyedText> texts =
        batch.stream().map(input -> new KeyedText(input.key(), input.text())).toList();
    lease.batches().encode(texts, embeddings::add);
    return embeddings;
  }

  private static double secondsSince(long started) {
    return (System.nanoTime() - started) / 1e9;
  }
}
