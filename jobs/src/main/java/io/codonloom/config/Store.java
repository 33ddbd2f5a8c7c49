package io.codonloom.config;

import io.codonloom.embedding.Dtype;
import java.io.Serializable;

/**
 * Where embeddings are kept.
 *
 * @param name of the folder under {@code embeddings/}
 * @param dtype how numbers are written
 * @param shardCodons about how many codons one shard holds: one task computes it, one file keeps it
 */
public record Store(String name, Dtype dtype, int shardCodons) implements Serializable {

  public Store {
    Names.check("name", name);
    if (shardCodons < 1) {
      throw new IllegalArgumentException("shard-codons must be at least 1, was " + shardCodons);
    }
  }
}
