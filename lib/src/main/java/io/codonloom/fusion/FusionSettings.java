package io.codonloom.fusion;

import io.codonloom.sequence.Modality;
import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The shape of a network. What belongs to one fusion or one head only lies in a block of its name;
 * blocks of others are not read. The paper's values (BioLangFusion, arXiv 2506.08936) are those of
 * {@link #paper()}.
 *
 * @param modalities those that the network reads; none stands for every one that there is
 * @param features what it reads of them
 * @param dnaAlignment how DNA comes from 6-mers to codons
 * @param fusion how modalities are joined
 * @param width features per codon of whatever the fusion projects
 * @param concat of fusion {@code concat}
 * @param mil of fusion {@code mil}
 * @param tokenAttention of fusion {@code token-attention}
 * @param crossAttention of fusion {@code cross-attention}
 * @param head what follows the fused codons
 * @param textCnn of head {@code text-cnn}
 * @param mlp of head {@code mlp}
 * @param lstm of head {@code lstm}
 * @param dropout the share of features set to 0 before the last linear layer while training
 */
public record FusionSettings(
    List<Modality> modalities,
    Features features,
    DnaAlignment dnaAlignment,
    Fusion fusion,
    int width,
    Concat concat,
    Mil mil,
    TokenAttention tokenAttention,
    CrossAttention crossAttention,
    Head head,
    TextCnn textCnn,
    Mlp mlp,
    Lstm lstm,
    double dropout)
    implements Serializable {

  /**
   * Features side by side at every codon.
   *
   * @param projection which modalities are projected before they lie side by side
   * @param hiddenUnits of the DNA's own multilayer perceptron, where only DNA is projected
   */
  public record Concat(Projection projection, int hiddenUnits) implements Serializable {
    /** What is projected to the network's width. */
    public enum Projection {
      /** DNA, by a perceptron with one hidden layer; the others stay as they are. */
      DNA,
      /** Every modality, and what lies side by side once more. */
      ALL
    }

    public Concat {
      atLeastOne("hidden-units", hiddenUnits);
    }
  }

  /**
   * One weight for each modality of an example.
   *
   * @param gates what scores a modality
   * @param entropyWeight λ: the loss gets λ times the mean entropy of the attention weights, so
   *     that a positive λ sharpens them and a negative one spreads them
   */
  public record Mil(Gates gates, double entropyWeight) implements Serializable {
    public Mil {
      if (!Double.isFinite(entropyWeight)) {
        throw new IllegalArgumentException("entropy-weight must be finite, was " + entropyWeight);
      }
    }
  }

  /**
   * One weight for each modality at every codon.
   *
   * @param gates what scores a modality at a codon
   */
  public record TokenAttention(Gates gates) implements Serializable {}

  /**
   * The gated attention's scores.
   *
   * @param units of each gate
   * @param shared whether all modalities have the same gates
   * @param temperatureMin lower clamp of the learned temperature τ
   * @param temperatureMax upper clamp of it
   */
  public record Gates(int units, boolean shared, double temperatureMin, double temperatureMax)
      implements Serializable {
    public Gates {
      atLeastOne("units", units);
      if (!(temperatureMin > 0) || !(temperatureMin <= 1) || !(temperatureMax >= 1)) {
        throw new IllegalArgumentException(
            "temperature-min must be in (0, 1] and temperature-max at least 1, were "
                + temperatureMin
                + " and "
                + temperatureMax);
      }
    }
  }

  /**
   * Every modality attends to all.
   *
   * @param heads into which the width is divided
   * @param dropout the share of attention weights set to 0 while training
   */
  public record CrossAttention(int heads, double dropout) implements Serializable {
    public CrossAttention {
      atLeastOne("heads", heads);
      share("dropout", dropout);
    }
  }

  /**
   * Convolutions over the codons.
   *
   * @param channels convolution channels of each kernel
   * @param kernels window lengths in codons, each once
   * @param projection features per codon of a linear layer before the convolutions; 0 for none
   */
  public record TextCnn(int channels, List<Integer> kernels, int projection)
      implements Serializable {
    public TextCnn {
      atLeastOne("channels", channels);
      kernels = kernels.stream().sorted().toList();
      if (kernels.isEmpty()
          || kernels.get(0) < 1
          || kernels.stream().distinct().count() < kernels.size()) {
        throw new IllegalArgumentException(
            "kernels must be distinct window lengths of at least 1, were " + kernels);
      }
      if (projection < 0) {
        throw new IllegalArgumentException("projection must not be negative, was " + projection);
      }
    }
  }

  /**
   * One hidden layer.
   *
   * @param units of the hidden layer
   */
  public record Mlp(int units) implements Serializable {
    public Mlp {
      atLeastOne("units", units);
    }
  }

  /**
   * One recurrent layer.
   *
   * @param units of the recurrent layer
   */
  public record Lstm(int units) implements Serializable {
    public Lstm {
      atLeastOne("units", units);
    }
  }

  public FusionSettings {
    modalities = List.copyOf(modalities);
    if (modalities.stream().distinct().count() < modalities.size()) {
      throw new IllegalArgumentException("modalities must be named once, were " + modalities);
    }
    atLeastOne("width", width);
    share("dropout", dropout);
    if (fusion == Fusion.CROSS_ATTENTION && width % crossAttention.heads() != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "width must be a multiple of cross-attention.heads, were %d and %d",
              width,
              crossAttention.heads()));
    }
    if (dnaAlignment == DnaAlignment.TRANSPOSED_CONVOLUTION && features == Features.ONE_HOT) {
      throw new IllegalArgumentException(
          "dna-alignment = transposed-convolution reads 6-mers: it needs features = embeddings");
    }
  }

  /** All modalities' embeddings, MIL with entropy weight 0.01, TextCNN with 100 channels. */
  public static FusionSettings paper() {
    return of(Fusion.MIL, Head.TEXT_CNN);
  }

  /** The paper's widths with that fusion and head. */
  public static FusionSettings of(Fusion fusion, Head head) {
    Gates gates = new Gates(100, false, 0.02, 20);
    return new FusionSettings(
        List.of(),
        Features.EMBEDDINGS,
        DnaAlignment.STORED,
        fusion,
        600,
        new Concat(Concat.Projection.DNA, 600),
        new Mil(gates, 0.01),
        new TokenAttention(gates),
        new CrossAttention(4, 0.1),
        head,
        new TextCnn(100, List.of(3, 4, 5), 0),
        new Mlp(600),
        new Lstm(640),
        0.2);
  }

  /**
   * Checks that the network can read these modalities.
   *
   * @throws IllegalArgumentException if it cannot
   */
  public void requireFit(Set<Modality> given) {
    if (given.isEmpty()) {
      throw new IllegalArgumentException("a network needs at least one modality");
    }
    if (!modalities.isEmpty() && !given.equals(Set.copyOf(modalities))) {
      throw new IllegalArgumentException(
          "the network reads %s, not %s".formatted(ids(modalities), ids(given)));
    }
    if (fusion == Fusion.NONE && given.size() != 1) {
      throw new IllegalArgumentException(
          "fusion = none reads exactly one modality, not %s; name it in modalities"
              .formatted(ids(given)));
    }
    if (dnaAlignment == DnaAlignment.TRANSPOSED_CONVOLUTION && !given.contains(Modality.DNA)) {
      throw new IllegalArgumentException(
          "dna-alignment = transposed-convolution needs dna among the modalities");
    }
  }

  private static String ids(Collection<Modality> some) {
    return some.stream().sorted().map(Modality::id).collect(Collectors.joining(", "));
  }

  /** Whether the network tells a weight for each modality. */
  public boolean weighsModalities() {
    return fusion == Fusion.MIL;
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, was " + value);
    }
  }

  private static void share(String name, double value) {
    if (!(value >= 0) || !(value < 1)) {
      throw new IllegalArgumentException(name + " must be in [0, 1), was " + value);
    }
  }
}
