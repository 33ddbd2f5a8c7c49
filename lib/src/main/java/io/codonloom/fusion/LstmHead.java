package io.codonloom.fusion;

import io.codonloom.fusion.layer.Codons;
import io.codonloom.fusion.layer.MaskedMax;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.nd4j.linalg.activations.Activation;

/** A recurrent layer and its maxima over time (BioLangFusion, section 2.4). */
record LstmHead(FusionSettings.Lstm settings) implements HeadPart {
  @Override
  public Pooled addTo(GraphBuilder graph, Codons fused) {
    graph.addLayer(
        "lstm",
        new LSTM.Builder()
            .nIn(fused.width())
            .nOut(settings.units())
            .activation(Activation.TANH)
            .gateActivationFunction(Activation.SIGMOID)
            .dataFormat(RNNFormat.NWC)
            .build(),
        fused.vertex());
    graph.addVertex("maxima", new MaskedMax(), "lstm");
    return new Pooled("maxima", settings.units());
  }
}
