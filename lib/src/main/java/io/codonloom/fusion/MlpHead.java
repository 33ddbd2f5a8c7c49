package io.codonloom.fusion;

import io.codonloom.fusion.layer.Codons;
import io.codonloom.fusion.layer.MaskedMean;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.nd4j.linalg.activations.Activation;

/** The mean over the codons and one hidden layer with ReLU (BioLangFusion, section 2.4). */
record MlpHead(FusionSettings.Mlp settings) implements HeadPart {
  @Override
  public Pooled addTo(GraphBuilder graph, Codons fused) {
    graph.addVertex("pooled", new MaskedMean(), fused.vertex());
    graph.addLayer(
        "hidden",
        new DenseLayer.Builder()
            .nIn(fused.width())
            .nOut(settings.units())
            .activation(Activation.RELU)
            .build(),
        "pooled");
    return new Pooled("hidden", settings.units());
  }
}
