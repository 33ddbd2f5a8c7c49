package io.codonloom.workspace;

import io.codonloom.sequence.Modality;

/** Names of the columns that a table has once for each modality. */
public final class ModalityColumns {
  private ModalityColumns() {}

  /** The content hash of what the encoder reads. */
  public static String key(Modality modality) {
    return modality.id() + "_key";
  }

  /** The shard that holds the embedding. */
  public static String shard(Modality modality) {
    return modality.id() + "_shard";
  }

  /** How many codons the input covers. */
  public static String codons(Modality modality) {
    return modality.id() + "_codons";
  }

  /** The weight that a network gives the modality. */
  public static String attention(Modality modality) {
    return "attention_" + modality.id();
  }
}
