package io.codonloom.fusion;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/**
 * Convolutions over the codons, global maxima, dropout and a linear layer (BioLangFusion, section
 * 2.4; Kim, 2014).
 */
final class TextCnnHead {
  private TextCnnHead() {}

  /**
   * Adds the head of a regression behind that vertex; its output is {@link FusionNetwork#LABEL}.
   */
  static void addTo(GraphBuilder graph, FusionSettings settings, String fused) {
    int features = settings.channels() * settings.kernels().size();
    graph.addLayer(
        "convolutions",
        new WindowMaxima(settings.width(), settings.channels(), settings.kernels()),
        fused);
    graph.addVertex(
        "dropout", new RowDropout(settings.dropout()), "convolutions", FusionNetwork.DRAWS);
    graph.addLayer(
        FusionNetwork.LABEL,
        new OutputLayer.Builder(new LossMSE())
            .nIn(features)
            .nOut(1)
            .activation(Activation.IDENTITY)
            .build(),
        "dropout");
  }
}
