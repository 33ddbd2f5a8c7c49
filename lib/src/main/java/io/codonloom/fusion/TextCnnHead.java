package io.codonloom.fusion;

import io.codonloom.fusion.layer.CodonLinear;
import io.codonloom.fusion.layer.Codons;
import io.codonloom.fusion.layer.WindowMaxima;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;

/**
 * Convolutions over the codons and their global maxima, with an optional linear layer before them
 * (BioLangFusion, section 2.4; Kim, 2014).
 */
record TextCnnHead(FusionSettings.TextCnn settings) implements HeadPart {
  @Override
  public Pooled addTo(GraphBuilder graph, Codons fused) {
    Codons codons = fused;
    if (settings.projection() > 0) {
      graph.addLayer(
          "head-projection",
          CodonLinear.of(fused, settings.projection(), CodonLinear.Activation.IDENTITY),
          fused.vertex());
      codons = Codons.learned("head-projection", settings.projection());
    }
    graph.addLayer(
        "convolutions",
        new WindowMaxima(codons.width(), settings.channels(), settings.kernels()),
        codons.vertex());
    return new Pooled("convolutions", settings.channels() * settings.kernels().size());
  }
}
