package io.codonloom.embedding;

/** One example's codon vectors in one modality, wherever they lie. */
public interface CodonVectors {
  /** The first codon that has a vector. */
  int startCodon();

  /** The codon after the last one that has a vector. */
  int endCodon();

  /** How many numbers a vector has. */
  int dim();

  /** Writes the vectors, [codons × dim] row-major, into {@code target} from {@code offset} on. */
  void copyTo(float[] target, int offset);

  /** An embedding's vectors. */
  static CodonVectors of(CodonEmbedding embedding) {
    return new CodonVectors() {
      @Override
      public int startCodon() {
        return embedding.startCodon();
      }

      @Override
      public int endCodon() {
        return embedding.endCodon();
      }

      @Override
      public int dim() {
        return embedding.dim();
      }

      @Override
      public void copyTo(float[] target, int offset) {
        embedding.copyTo(target, offset);
      }
    };
  }
}
