package io.codonloom.fusion;

import io.codonloom.fusion.layer.AlongTime;
import io.codonloom.fusion.layer.CodonConcat;
import io.codonloom.fusion.layer.CodonLinear;
import io.codonloom.fusion.layer.CodonSum;
import io.codonloom.fusion.layer.Codons;
import io.codonloom.fusion.layer.LayerNorm;
import io.codonloom.fusion.layer.MultiHeadAttention;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;

/**
 * Each modality projected to one width; each attends to the codons of all of them and is added to
 * what it finds and normalized; then side by side, projected to the width, added to the mean of the
 * projected modalities and normalized (BioLangFusion, section 2.3). A modality that is not there at
 * a codon counts 0 in that mean.
 */
record CrossAttentionFusion(FusionSettings.CrossAttention settings, int width)
    implements FusionPart {
  @Override
  public Codons addTo(GraphBuilder graph, Map<String, Codons> modalities) {
    Map<String, Codons> projected = Projections.addTo(graph, modalities, width);
    Codons context = AlongTime.addTo(graph, "context", projected.values());
    Map<String, Codons> attended = new LinkedHashMap<>();
    projected.forEach((id, codons) -> attended.put(id, attend(graph, id, codons, context)));

    Codons all = CodonConcat.addTo(graph, attended);
    Codons joined = linear(graph, "joined", all);
    List<String> terms = new ArrayList<>(List.of(joined.vertex()));
    List<Double> factors = new ArrayList<>(List.of(1.0));
    projected
        .values()
        .forEach(
            codons -> {
              terms.add(codons.vertex());
              factors.add(1.0 / projected.size());
            });
    graph.addVertex("joined-residual", new CodonSum(factors), terms.toArray(String[]::new));
    graph.addLayer("fused", new LayerNorm(width), "joined-residual");
    return Codons.learned("fused", width);
  }

  private Codons attend(GraphBuilder graph, String id, Codons codons, Codons context) {
    // A bias of the keys would shift all scores of a query alike, which the softmax does not see.
    graph.addLayer("key-" + id, CodonLinear.unbiased(context, width), context.vertex());
    Codons query = linear(graph, "query-" + id, codons);
    Codons value = linear(graph, "value-" + id, context);
    String attention = "attention-" + id;
    graph.addVertex(
        attention,
        new MultiHeadAttention(settings.heads(), settings.dropout()),
        query.vertex(),
        "key-" + id,
        value.vertex(),
        FusionNetwork.DRAWS);
    Codons found = linear(graph, "found-" + id, Codons.learned(attention, width));
    graph.addVertex(
        "residual-" + id, new CodonSum(List.of(1.0, 1.0)), codons.vertex(), found.vertex());
    graph.addLayer("norm-" + id, new LayerNorm(width), "residual-" + id);
    return Codons.learned("norm-" + id, width);
  }

  private Codons linear(GraphBuilder graph, String name, Codons input) {
    graph.addLayer(
        name, CodonLinear.of(input, width, CodonLinear.Activation.IDENTITY), input.vertex());
    return Codons.learned(name, width);
  }
}
