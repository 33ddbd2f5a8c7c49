package io.codonloom.config;

import io.codonloom.embedding.Dtype;

/**
 * Where embeddings are kept.
 *
 * @param name of its folder: letters, digits, {@code . _ -}
 * @param dtype how the numbers are written
 * @param shardCodons how many codons a shard has, about: what a killed task loses
 * @param threads of the encoder for one sequence; tasks run side by side, so 1 is fastest as long
 *     as there are more shards than cores
 */
public record Store(String name, Dtype dtype, int shardCodons, int threads) {

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
