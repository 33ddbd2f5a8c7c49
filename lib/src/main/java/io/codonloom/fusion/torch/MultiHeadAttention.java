package io.codonloom.fusion.torch;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * softmax(Q·Kᵀ / √(width / heads))·V for each head's share of the features, over the keys inside
 * their mask.
 */
record MultiHeadAttention(int heads, double dropout) {
  /** Finite, so that an example without any key gives no NaN. */
  private static final double NEVER = -1e30;

  /**
   * What the queries find, {@code [batch, codons, width]}.
   *
   * @param vertex whose draws say what is dropped
   */
  MaskedCodons of(
      Pass pass, String vertex, MaskedCodons queries, MaskedCodons keys, MaskedCodons values) {
    Tensor q = split(queries);
    Tensor k = split(keys);
    Tensor v = split(values);
    Tensor added = keys.mask().isFull() ? null : unasked(pass, keys.mask());
    Tensor found =
        pass.training() && dropout > 0
            ? dropping(pass, vertex, queries.mask(), q, k, added).matmul(v)
            : torch.scaled_dot_product_attention(
                q,
                k,
                v,
                added == null ? new TensorOptional() : new TensorOptional(added),
                0,
                false,
                new DoubleOptional(),
                false);
    Tensor joined =
        found.transpose(1, 2).reshape(queries.batch(), queries.codons(), queries.width());
    return pass.masked(joined, queries.mask());
  }

  /** The weights that are kept, each divided by 1 − dropout: {@code [batch, heads, n, t]}. */
  private Tensor dropping(
      Pass pass, String vertex, Mask queries, Tensor q, Tensor k, Tensor added) {
    double scale = 1 / Math.sqrt((double) q.size(3));
    Tensor scores = q.mul(Tensors.scalar(scale)).matmul(k.transpose(2, 3));
    Tensor weights = torch.softmax(added == null ? scores : scores.add(added), 3);
    return weights.mul(
        new AttentionDropout(vertex, heads, dropout).factors(pass, queries, k.size(2)));
  }

  /** {@code [batch, heads, codons, width / heads]}. */
  private Tensor split(MaskedCodons codons) {
    return codons
        .values()
        .view(codons.batch(), codons.codons(), heads, codons.width() / heads)
        .transpose(1, 2);
  }

  private static Tensor unasked(Pass pass, Mask keys) {
    double[] added = new double[keys.flags().length];
    for (int i = 0; i < added.length; i++) {
      added[i] = keys.flags()[i] == 0 ? NEVER : 0;
    }
    return Tensors.of(added, pass.options(), keys.batch(), 1, 1, keys.codons());
  }
}
