package io.codonloom.report;

import io.codonloom.metric.PartScores;
import io.codonloom.metric.Score;
import io.codonloom.sequence.Modality;
import io.codonloom.training.Epoch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Seeded reports as real ones look: made-up numbers of plausible size. */
final class SampleReport {
  private static final List<String> METRICS = List.of("spearman", "pearson", "r2", "mse");

  private SampleReport() {}

  /** A regression with a control run. */
  static ReportData regression(int rows, int epochs) {
    DatasetFacts dataset =
        new DatasetFacts(
            "ecoli-demo",
            "test-data/ecoli/ecoli_cds.csv",
            "codon adaptation index",
            true,
            List.of());
    return new ReportData(
        "file:/home/ada/demo",
        dataset,
        Optional.of(prepare(rows)),
        stores(rows),
        run("demo-cross-attention", rows, epochs, 0.85),
        Optional.of(run("demo-cross-attention-shuffled", rows, epochs, 0)),
        provenance());
  }

  static ReportData classification(int rows) {
    DatasetFacts dataset =
        new DatasetFacts(
            "fungal-expression",
            "hdfs:/data/fungal.parquet",
            "expression level",
            false,
            List.of("low", "medium", "high"));
    Random random = new Random(3);
    List<PredictedRow> predicted = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      int label = random.nextInt(3);
      int prediction = random.nextDouble() < 0.7 ? label : random.nextInt(3);
      predicted.add(
          new PredictedRow(
              "r" + i, part(i), label, prediction, Double.NaN, Double.NaN, Double.NaN));
    }
    RunFacts run =
        new RunFacts(
            "fungal-concat",
            Map.of("model.fusion", "concat"),
            history(new Random(4), 12, 0.6),
            Map.of(
                "test",
                scores(
                    List.of(new Score("accuracy", 0.71, 0.66, 0.76, rows / 5, "row", rows / 5)))),
            PredictionSummary.of(predicted.iterator(), 3));
    return new ReportData(
        "hdfs:/work", dataset, Optional.empty(), stores(rows), run, Optional.empty(), provenance());
  }

  /** A part's scores without those of groups. */
  static PartScores scores(List<Score> scores) {
    return new PartScores(scores, List.of(), Map.of());
  }

  static ReportData with(ReportData data, RunFacts run) {
    return new ReportData(
        data.workspace(),
        data.dataset(),
        data.prepare(),
        data.stores(),
        run,
        Optional.empty(),
        data.provenance());
  }

  static RunFacts run(String id, int rows, int epochs, double skill) {
    Random random = new Random(id.hashCode());
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("model.fusion", "cross-attention");
    settings.put("model.head", "text-cnn");
    settings.put("model.entropy-weight", "0.01");
    settings.put("training.learning-rate", "0.001");
    settings.put("training.batch-size", "32");
    settings.put("training.labels", skill > 0 ? "as given" : "shuffled");
    Map<String, PartScores> scores = new LinkedHashMap<>();
    for (String part : List.of("train", "val", "test")) {
      int count = part.equals("train") ? rows * 7 / 10 : rows * 3 / 20;
      List<Score> ofPart = new ArrayList<>();
      for (String metric : METRICS) {
        double value = metric.equals("mse") ? 0.0042 : skill + 0.03 * random.nextGaussian();
        double half = metric.equals("mse") ? 0.0008 : 0.06;
        ofPart.add(new Score(metric, value, value - half, value + half, count, "row", count));
      }
      scores.put(part, scores(ofPart));
    }
    return new RunFacts(
        id,
        settings,
        history(random, epochs, skill),
        scores,
        PredictionSummary.of(predictions(random, rows, skill).iterator(), 0));
  }

  static List<PredictedRow> predictions(Random random, int rows, double skill) {
    List<PredictedRow> predicted = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      double label = 0.35 + 0.1 * random.nextGaussian() + (random.nextInt(12) == 0 ? 0.3 : 0);
      double prediction =
          0.36 + skill * (label - 0.36) + 0.05 * (1.2 - skill) * random.nextGaussian();
      double dna = Math.exp(0.4 + 0.25 * random.nextGaussian());
      double rna = Math.exp(0.6 + 0.2 * random.nextGaussian());
      double protein = Math.exp(-0.4 + 0.35 * random.nextGaussian());
      double sum = dna + rna + protein;
      predicted.add(
          new PredictedRow(
              "ECO" + Integer.toString(i * 7919 % 100003, 36).toUpperCase(Locale.ROOT) + ".GEN" + i,
              part(i),
              label,
              prediction,
              dna / sum,
              rna / sum,
              protein / sum));
    }
    return predicted;
  }

  private static String part(int i) {
    int place = i % 20;
    return place < 14 ? "train" : place < 17 ? "val" : "test";
  }

  private static List<Epoch> history(Random random, int epochs, double skill) {
    List<Epoch> history = new ArrayList<>();
    for (int i = 1; i <= epochs; i++) {
      double decay = Math.exp(-i / 9.0);
      double overfit = 0.007 * Math.max(0, i - 24);
      history.add(
          new Epoch(
              i,
              1.02 - skill * (1 - decay) + 0.01 * random.nextGaussian(),
              1.0 - 0.9 * skill * (1 - decay) + overfit + 0.018 * random.nextGaussian(),
              skill * (1 - decay * 0.9) + 0.015 * random.nextGaussian(),
              i < 28 ? 1e-3 : 5e-4,
              1.0986 - 0.12 * (1 - decay) + 0.004 * random.nextGaussian(),
              3.1 + 0.2 * random.nextDouble(),
              0.2 + 0.05 * random.nextDouble(),
              40));
    }
    return history;
  }

  private static PrepareFacts prepare(int rows) {
    Map<String, Long> reasons = new LinkedHashMap<>();
    reasons.put("no_start_codon", 41L);
    reasons.put("internal_stop", 8L);
    reasons.put("no_stop_codon", 5L);
    reasons.put("length_not_divisible_by_3", 3L);
    reasons.put("label_missing", 3L);
    reasons.put("too_long", 0L);
    long tenth = rows * 3L / 20;
    return new PrepareFacts(
        rows + 47L,
        rows,
        47,
        reasons,
        Map.of("illegal_character", 2L),
        rows + 46L,
        rows - 1L,
        List.of(
            new InputFacts(Modality.DNA, rows, 0, 0),
            new InputFacts(Modality.RNA, rows, 12, 0),
            new InputFacts(Modality.PROTEIN, rows - 3L, 0, 0)),
        List.of(
            new SplitFacts(
                "by-sequence",
                List.of(
                    new SplitFacts.Part("test", tenth, tenth, tenth, 61),
                    new SplitFacts.Part("train", rows - 2 * tenth, rows - 2 * tenth, 418, 233),
                    new SplitFacts.Part("val", tenth, tenth, tenth, 70)),
                List.of(
                    new SplitFacts.Shared("test", "train", 0, 2, 31),
                    new SplitFacts.Shared("test", "val", 0, 0, 12),
                    new SplitFacts.Shared("train", "val", 0, 1, 34)))));
  }

  private static List<StoreFacts> stores(int rows) {
    String digest = "9f2c1b7a4e5d60318877aa5511c0ffee9f2c1b7a4e5d60318877aa5511c0ffee";
    return List.of(
        new StoreFacts(
            "tiny",
            Modality.DNA,
            "nt-v2-tiny",
            digest,
            "layer 4",
            "fp16",
            rows,
            131_220,
            16_900_000),
        new StoreFacts(
            "tiny",
            Modality.RNA,
            "rna-fm-tiny",
            digest,
            "layer 4",
            "fp16",
            rows,
            131_220,
            17_200_000),
        new StoreFacts(
            "tiny",
            Modality.PROTEIN,
            "esm2-tiny",
            digest,
            "logits",
            "fp16",
            rows - 3L,
            130_400,
            8_400_000));
  }

  private static Map<String, String> provenance() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Codonloom", "0.1.0");
    facts.put("Trained", "2026-11-21T02:41:07Z, 2 min 11 s");
    facts.put("Spark", "3.5.9, local[2]");
    facts.put("Java", "Eclipse Adoptium 17.0.13");
    facts.put("Machine", "Linux 6.1 amd64, 2 processors");
    return facts;
  }
}
