package io.codonloom.fusion;

import io.codonloom.fusion.layer.CodonConcat;
import io.codonloom.fusion.layer.CodonLinear;
import io.codonloom.fusion.layer.Codons;
import io.codonloom.sequence.Modality;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;

/**
 * The modalities' features side by side at every codon (BioLangFusion, section 2.3). Either DNA,
 * whose vectors are the widest, goes through a perceptron to a smaller width and the others stay as
 * they are; or every modality is projected to one width, and all of them once more.
 *
 * @param width of every projection
 */
record ConcatFusion(FusionSettings.Concat settings, int width) implements FusionPart {
  @Override
  public Codons addTo(GraphBuilder graph, Map<String, Codons> modalities) {
    return switch (settings.projection()) {
      case DNA -> CodonConcat.addTo(graph, withShorterDna(graph, modalities));
      case ALL -> {
        Codons all = CodonConcat.addTo(graph, Projections.addTo(graph, modalities, width));
        graph.addLayer(
            "projection",
            CodonLinear.of(all, width, CodonLinear.Activation.IDENTITY),
            all.vertex());
        yield Codons.learned("projection", width);
      }
    };
  }

  private Map<String, Codons> withShorterDna(GraphBuilder graph, Map<String, Codons> modalities) {
    Map<String, Codons> parts = new LinkedHashMap<>(modalities);
    parts.computeIfPresent(
        Modality.DNA.id(),
        (id, dna) -> {
          int units = settings.hiddenUnits();
          graph.addLayer(
              "hidden-dna", CodonLinear.of(dna, units, CodonLinear.Activation.RELU), dna.vertex());
          Codons hidden = Codons.learned("hidden-dna", units);
          graph.addLayer(
              "projection-dna",
              CodonLinear.of(hidden, width, CodonLinear.Activation.IDENTITY),
              hidden.vertex());
          return Codons.learned("projection-dna", width);
        });
    return parts;
  }
}
