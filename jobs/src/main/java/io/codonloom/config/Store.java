package io.codonloom.config;

import io.codonloom.embedding.Dtype;
import java.io.Serializable;

/**
 * Where embeddings are kept.
 *
 * @param name of the folder under {@code embeddings/}
 * @param dtype how numbers are written
 * @param shardCodons about how many codons one shard holds: one task computes it, one file keeps it
 * @param threads of ONNX Runtime for one sequence; as many as Spark gives a task cores
 */
public record Store(String name, Dtype dtype, int shardCodons, int threads)
    implements Serializable {

  public Store {
    Names.check("name", name);
    if (shardCodons < 1) {
      throw new IllegalArgumentException("shard-codons must be at least 1, was " + shardCodons);
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, was " + threads);
    }
  }
}
