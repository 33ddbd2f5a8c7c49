package io.codonloom.fusion.torch;

import io.codonloom.fusion.kernel.DropoutDraw;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The dropout of attention weights, drawn on the device: the same hash of query and key as {@link
 * DropoutDraw} computes on the host, so that both engines drop the same weights.
 *
 * @param vertex the attention's name
 * @param heads of it
 * @param rate the share to drop
 */
record AttentionDropout(String vertex, int heads, double rate) {
  private static final int DIGITS = 24;
  private static final int INDEX_FACTOR = 0x9e3779b9;
  private static final int FIRST_FACTOR = 0x85ebca6b;
  private static final int SECOND_FACTOR = 0xc2b2ae35;

  /**
   * 0 or 1 / (1 − rate) for each weight.
   *
   * @return {@code [batch, heads, queries, keys]}
   */
  Tensor factors(Pass pass, Mask queries, long keys) {
    int rows = queries.batch() * heads * queries.codons();
    int[] first = new int[rows];
    int[] second = new int[rows];
    for (int example = 0; example < queries.batch(); example++) {
      for (int head = 0; head < heads; head++) {
        long stream = DropoutDraw.stream(pass.draws()[example], vertex, head);
        int at = (example * heads + head) * queries.codons();
        int query = 0;
        for (int codon = 0; codon < queries.codons(); codon++) {
          if (queries.has(example, codon)) {
            long own = DropoutDraw.stream(stream, query++);
            first[at + codon] = (int) own;
            second[at + codon] = (int) (own >>> Integer.SIZE);
          }
        }
      }
    }
    int[] products = new int[Math.toIntExact(keys)];
    for (int key = 0; key < products.length; key++) {
      products[key] = key * INDEX_FACTOR;
    }
    long[] shape = {queries.batch(), heads, queries.codons(), 1};
    // None of the tensors has a gradient, so that nothing is recorded.
    return hash(
            Tensors.of(products, pass.options(), 1, 1, 1, keys),
            Tensors.of(first, pass.options(), shape),
            Tensors.of(second, pass.options(), shape))
        .ge(new Scalar((int) Math.round(rate * (1 << DIGITS))))
        .to(pass.options().dtype().toScalarType())
        .mul_(Tensors.scalar(1 / (1 - rate)));
  }

  /** The highest 24 bits of MurmurHash3's finalizer, in 32-bit arithmetic that wraps. */
  private static Tensor hash(Tensor products, Tensor first, Tensor second) {
    Tensor hash = products.bitwise_xor(first);
    hash.bitwise_xor_(shifted(hash, 16)).mul_(new Scalar(FIRST_FACTOR));
    hash.bitwise_xor_(shifted(hash, 13)).add_(second).mul_(new Scalar(SECOND_FACTOR));
    hash.bitwise_xor_(shifted(hash, 16));
    return shifted(hash, Integer.SIZE - DIGITS);
  }

  /** Shifted right with zeros from the left; libtorch's own shift keeps the sign. */
  private static Tensor shifted(Tensor hash, int bits) {
    return hash.bitwise_right_shift(new Scalar(bits)).bitwise_and_(new Scalar(-1 >>> bits));
  }
}
