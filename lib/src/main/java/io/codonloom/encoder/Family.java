package io.codonloom.encoder;

import io.codonloom.sequence.Modality;

/** The kinds of language model that can be read. */
public enum Family {
  /** Nucleotide Transformer v2 (Dalla-Torre et al., Nature Methods 2025): DNA in 6-mers. */
  NUCLEOTIDE_TRANSFORMER("nucleotide-transformer-v2", Modality.DNA),
  /** RNA-FM (Chen et al., arXiv 2204.00300): one token per nucleotide. */
  RNA_FM("rna-fm", Modality.RNA),
  /** ESM-2 (Lin et al., Science 2023): one token per residue. */
  ESM2("esm2", Modality.PROTEIN);

  private final String id;
  private final Modality modality;

  Family(String id, Modality modality) {
    this.id = id;
    this.modality = modality;
  }

  /** The name in fingerprints and messages. */
  public String id() {
    return id;
  }

  /** The text that models of this family read. */
  public Modality modality() {
    return modality;
  }
}
