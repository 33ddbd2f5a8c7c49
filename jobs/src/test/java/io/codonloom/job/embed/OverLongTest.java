package io.codonloom.job.embed;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.config.EncoderConfig;
import io.codonloom.config.ExperimentFile;
import io.codonloom.config.Store;
import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.embedding.CodonVectors;
import io.codonloom.embedding.Dtype;
import io.codonloom.encoder.EncoderOutput;
import io.codonloom.fusion.FusionNetwork;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.Optimizer;
import io.codonloom.fusion.Target;
import io.codonloom.model.BatchAssembler;
import io.codonloom.model.Example;
import io.codonloom.model.LabelScaling;
import io.codonloom.model.Prediction;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.OverLong;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.MultiDataSet;

/** Sequences that are longer than an encoder reads, from the job to the network. */
class OverLongTest {
  private static final Path ROOT = Path.of(System.getProperty("codonloom.root"));

  @TempDir Path folder;
  private EmbedFixture fixture;
  private String gene;
  private int codons;

  @BeforeEach
  void choose() throws IOException {
    fixture = new EmbedFixture(folder);
    gene = EmbedFixture.genes().stream().filter(g -> g.length() > 360).findFirst().orElseThrow();
    codons = gene.length() / 3 - 1; // without the stop
  }

  private EmbedFixture rna(OverLong overLong, int maxCodons, int overlap) {
    fixture.encoders.put(
        Modality.RNA,
        new EncoderConfig(
            EmbedFixture.checkpoint("rna-fm-tiny"),
            overLong,
            maxCodons,
            overlap,
            EncoderOutput.HIDDEN,
            -1));
    return fixture;
  }

  private CodonEmbedding embedding(Modality modality) throws IOException {
    return fixture.embedding(modality, fixture.keys("a", modality).get(0));
  }

  @Test
  void oneWindowIsToTheBitThePlainResult() throws IOException {
    fixture.encoders.keySet().retainAll(List.of(Modality.RNA));
    fixture.dataset("a", List.of(gene), 1).embed("a");
    byte[] plain = embedding(Modality.RNA).bytes();
    for (int most : new int[] {0, codons}) {
      EmbedFixture windowed =
          new EmbedFixture(folder.resolve("windowed-" + most)).dataset("a", List.of(gene), 1);
      windowed.encoders.clear();
      windowed.encoders.putAll(rna(OverLong.WINDOW, most, 10).encoders);
      windowed.embed("a");
      String key = windowed.keys("a", Modality.RNA).get(0);
      assertThat(windowed.embedding(Modality.RNA, key).bytes()).isEqualTo(plain);
    }
  }

  @Test
  void windowsCoverEveryCodonAndAreThePlainResultWhereOnlyTheFirstReaches() throws IOException {
    fixture.encoders.keySet().retainAll(List.of(Modality.RNA));
    rna(OverLong.WINDOW, 50, 10).store(new Store("s", Dtype.FP32, 600));
    String beginning = gene.substring(0, 150) + "TAA";
    fixture.dataset("a", List.of(gene, beginning), 1).embed("a");
    float[] whole = null;
    float[] first = null;
    for (String key : fixture.keys("a", Modality.RNA)) {
      CodonEmbedding embedding = fixture.embedding(Modality.RNA, key);
      if (embedding.codons() == codons) {
        whole = embedding.toFloats();
      } else {
        first = embedding.toFloats();
      }
    }
    int dim = first.length / 50;
    assertThat(whole).hasSize(codons * dim);
    for (int i = 0; i < 40 * dim; i++) {
      assertThat(whole[i]).isEqualTo(first[i]);
    }
    assertThat(whole[45 * dim]).as("averaged").isNotEqualTo(first[45 * dim]);
  }

  @Test
  void whatIsCutOffIsMaskedAndNoNetworkReadsIt() throws IOException {
    fixture.limit(Modality.RNA, new InputLimit(OverLong.TRUNCATE, 40));
    String shorter = gene.substring(0, 180) + "TAA";
    fixture.dataset("a", List.of(gene, shorter), 1).embed("a");
    List<Example> examples = new ArrayList<>();
    for (int row = 0; row < 2; row++) {
      SortedMap<Modality, CodonVectors> vectors = new TreeMap<>();
      for (Modality modality : Modality.values()) {
        String key = fixture.keys("a", modality).get(row);
        vectors.put(modality, CodonVectors.of(fixture.embedding(modality, key)));
      }
      examples.add(new Example(row, 1, vectors));
    }
    assertThat(ends(examples, Modality.PROTEIN)).containsExactlyInAnyOrder(codons, 60);
    assertThat(ends(examples, Modality.DNA)).containsExactlyInAnyOrder(codons, 60);
    assertThat(ends(examples, Modality.RNA)).containsExactly(40, 40);

    TreeMap<Modality, Integer> dims = new TreeMap<>();
    examples.get(0).vectors().forEach((modality, vectors) -> dims.put(modality, vectors.dim()));
    FusionSettings settings =
        ExperimentFile.read(ROOT.resolve("conf/demo.conf"), List.of()).model();
    MultiDataSet batch =
        new BatchAssembler(settings, dims, Target.REGRESSION, new LabelScaling(0, 1), 1)
            .assemble(examples, 0);
    int rna = dims.headMap(Modality.RNA).size();
    assertThat(batch.getFeaturesMaskArrays()[rna].sumNumber().intValue()).isEqualTo(80);
    assertThat(batch.getFeaturesMaskArrays()[rna + 1].sumNumber().intValue())
        .isEqualTo(codons + 60);

    ComputationGraph network =
        new ComputationGraph(
            FusionNetwork.configuration(
                settings, dims, Target.REGRESSION, Optimizer.adam(1e-3), 3));
    network.init();
    Prediction[] before = Prediction.of(network, batch, new LabelScaling(0, 1));
    for (int row = 0; row < 2; row++) {
      for (int codon = 40; codon < codons; codon++) {
        for (int i = 0; i < dims.get(Modality.RNA); i++) {
          batch.getFeatures()[rna].putScalar(new int[] {row, codon, i}, 1000 + i);
        }
      }
    }
    Prediction[] after = Prediction.of(network, batch, new LabelScaling(0, 1));
    for (int row = 0; row < 2; row++) {
      assertThat(after[row].value()).isEqualTo(before[row].value());
      assertThat(after[row].attention()).isEqualTo(before[row].attention());
    }
  }

  private static List<Integer> ends(List<Example> examples, Modality modality) {
    return examples.stream().map(example -> example.vectors().get(modality).endCodon()).toList();
  }
}
