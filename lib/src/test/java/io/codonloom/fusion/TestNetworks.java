package io.codonloom.fusion;

import io.codonloom.sequence.Modality;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * Small networks of every kind, for the tests that hold for all of them.
 *
 * @param temperature the learned temperature of an attention over modalities
 */
public record TestNetworks(
    String name,
    FusionSettings settings,
    SortedMap<Modality, Integer> dims,
    Target target,
    double temperature) {

  /** Every fusion and every head, and what changes their graphs. */
  public static Stream<TestNetworks> all() {
    List<TestNetworks> all = new ArrayList<>();
    for (Fusion fusion : Fusion.values()) {
      NetworkShape shape = new NetworkShape().fusion(fusion);
      if (fusion == Fusion.NONE) {
        all.add(of("RNA alone", shape, EnumSet.of(Modality.RNA)));
      } else {
        all.add(of(fusion.toString(), shape));
        all.add(of(fusion + " of two", shape, EnumSet.of(Modality.DNA, Modality.PROTEIN)));
      }
    }
    for (Head head : EnumSet.of(Head.MLP, Head.LSTM)) {
      for (Fusion fusion : Fusion.values()) {
        NetworkShape shape = new NetworkShape().fusion(fusion).head(head);
        all.add(
            fusion == Fusion.NONE
                ? of("RNA alone, " + head, shape, EnumSet.of(Modality.RNA))
                : of(fusion + ", " + head, shape));
      }
    }
    all.add(of("MIL, dropout", new NetworkShape().dropout(0.4)));
    all.add(of("MIL, shared gates", new NetworkShape().sharedGates()));
    all.add(of("MIL, spreading", new NetworkShape().entropyWeight(-0.3)));
    all.add(of("MIL, no entropy term", new NetworkShape().entropyWeight(0)));
    for (Fusion fusion : EnumSet.of(Fusion.MIL, Fusion.TOKEN_ATTENTION)) {
      NetworkShape shape = new NetworkShape().fusion(fusion).temperatures(0.5, 2);
      all.add(of(fusion + ", temperature below its clamp", shape).temperature(0.3));
      all.add(of(fusion + ", temperature above its clamp", shape).temperature(3));
    }
    all.add(of("MIL, upsampled DNA", new NetworkShape().upsampledDna()));
    all.add(of("TextCNN behind a projection", new NetworkShape().headProjection(3)));
    all.add(of("concat of projections", new NetworkShape().fusion(Fusion.CONCAT).projectAll()));
    all.add(
        of(
            "upsampled DNA alone",
            new NetworkShape().fusion(Fusion.NONE).upsampledDna(),
            EnumSet.of(Modality.DNA)));
    all.add(
        of(
            "shortened DNA alone",
            new NetworkShape().fusion(Fusion.CONCAT),
            EnumSet.of(Modality.DNA)));
    all.add(
        of(
            "token attention, shared gates",
            new NetworkShape().fusion(Fusion.TOKEN_ATTENTION).sharedGates()));
    all.add(
        of(
            "cross attention, dropout",
            new NetworkShape().fusion(Fusion.CROSS_ATTENTION).attentionDropout(0.3).dropout(0.4)));
    all.add(of("classes", new NetworkShape(), Target.classes(3)));
    all.add(of("weighted classes", new NetworkShape(), new Target(3, List.of(0.5, 2.0, 1.25))));
    return all.stream();
  }

  public static TestNetworks of(String name, NetworkShape shape) {
    return of(name, shape, EnumSet.allOf(Modality.class));
  }

  private static TestNetworks of(String name, NetworkShape shape, Target target) {
    return new TestNetworks(name, shape.build(), Examples.DIMS, target, 0.9);
  }

  private static TestNetworks of(String name, NetworkShape shape, Set<Modality> modalities) {
    SortedMap<Modality, Integer> dims = new TreeMap<>(Examples.DIMS);
    dims.keySet().retainAll(modalities);
    return new TestNetworks(name, shape.build(), dims, Target.REGRESSION, 0.9);
  }

  /** The same network with another temperature. */
  public TestNetworks temperature(double value) {
    return new TestNetworks(name, settings, dims, target, value);
  }

  public ComputationGraph build(DataType type) {
    ComputationGraph network =
        new ComputationGraph(
            FusionNetwork.configuration(
                settings,
                dims,
                target,
                new NeuralNetConfiguration.Builder().seed(7).dataType(type).updater(new NoOp())));
    network.init();
    // Away from where the first values are special: no bias is 0, no factor 1.
    FusionNetwork.parameters(network)
        .forEach(
            (name, values) -> {
              if (name.equals(FusionNetwork.ATTENTION + ".temperature")) {
                values.assign(temperature);
              } else if (values.rank() == 1) {
                for (long i = 0; i < values.length(); i++) {
                  values.putScalar(i, values.getDouble(i) * 0.8 + 0.1 + 0.05 * i);
                }
              }
            });
    return network;
  }

  @Override
  public String toString() {
    return name;
  }
}
