package io.codonloom.fusion;

import io.codonloom.fusion.FusionSettings.Concat;
import io.codonloom.fusion.FusionSettings.CrossAttention;
import io.codonloom.fusion.FusionSettings.Gates;
import io.codonloom.fusion.FusionSettings.Lstm;
import io.codonloom.fusion.FusionSettings.Mil;
import io.codonloom.fusion.FusionSettings.Mlp;
import io.codonloom.fusion.FusionSettings.TextCnn;
import io.codonloom.fusion.FusionSettings.TokenAttention;
import io.codonloom.sequence.Modality;
import java.util.List;

/** Builds settings of small networks; nothing is dropped unless told. */
public final class NetworkShape {
  private Fusion fusion = Fusion.MIL;
  private Head head = Head.TEXT_CNN;
  private DnaAlignment dnaAlignment = DnaAlignment.STORED;
  private Concat.Projection projection = Concat.Projection.DNA;
  private int width = 4;
  private List<Modality> modalities = List.of();
  private Features features = Features.EMBEDDINGS;
  private int gateUnits = 3;
  private boolean sharedGates;
  private double temperatureMin = 0.02;
  private double temperatureMax = 20;
  private double entropyWeight = 0.1;
  private int channels = 2;
  private List<Integer> kernels = List.of(3, 4, 5);
  private int headProjection;
  private int headUnits = 3;
  private double attentionDropout;
  private double dropout;

  public NetworkShape fusion(Fusion value) {
    fusion = value;
    return this;
  }

  public NetworkShape head(Head value) {
    head = value;
    return this;
  }

  /** Reads those modalities only. */
  public NetworkShape modalities(Modality... some) {
    modalities = List.of(some);
    return this;
  }

  /** Reads the sequences' own letters. */
  public NetworkShape oneHot() {
    features = Features.ONE_HOT;
    return this;
  }

  public NetworkShape upsampledDna() {
    dnaAlignment = DnaAlignment.TRANSPOSED_CONVOLUTION;
    return this;
  }

  public NetworkShape projectAll() {
    projection = Concat.Projection.ALL;
    return this;
  }

  public NetworkShape width(int value) {
    width = value;
    return this;
  }

  public NetworkShape gateUnits(int value) {
    gateUnits = value;
    return this;
  }

  public NetworkShape sharedGates() {
    sharedGates = true;
    return this;
  }

  /** Clamps the learned temperature. */
  public NetworkShape temperatures(double min, double max) {
    temperatureMin = min;
    temperatureMax = max;
    return this;
  }

  public NetworkShape entropyWeight(double value) {
    entropyWeight = value;
    return this;
  }

  public NetworkShape textCnn(int someChannels, Integer... windows) {
    channels = someChannels;
    kernels = List.of(windows);
    return this;
  }

  public NetworkShape headProjection(int value) {
    headProjection = value;
    return this;
  }

  public NetworkShape headUnits(int value) {
    headUnits = value;
    return this;
  }

  public NetworkShape attentionDropout(double value) {
    attentionDropout = value;
    return this;
  }

  public NetworkShape dropout(double value) {
    dropout = value;
    return this;
  }

  public FusionSettings build() {
    Gates gates = new Gates(gateUnits, sharedGates, temperatureMin, temperatureMax);
    return new FusionSettings(
        modalities,
        features,
        dnaAlignment,
        fusion,
        width,
        new Concat(projection, 5),
        new Mil(gates, entropyWeight),
        new TokenAttention(gates),
        new CrossAttention(2, attentionDropout),
        head,
        new TextCnn(channels, kernels, headProjection),
        new Mlp(headUnits),
        new Lstm(headUnits),
        dropout);
  }
}
