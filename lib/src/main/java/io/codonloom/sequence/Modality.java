package io.codonloom.sequence;

/** The three texts of one gene: its coding DNA strand, its mRNA and its protein. */
public enum Modality {
  DNA("dna", 1),
  RNA("rna", 1),
  PROTEIN("protein", 3);

  private final String id;
  private final int nucleotidesPerCharacter;

  Modality(String id, int nucleotidesPerCharacter) {
    this.id = id;
    this.nucleotidesPerCharacter = nucleotidesPerCharacter;
  }

  /** The name in tables, file names and configs: {@code dna}, {@code rna} or {@code protein}. */
  public String id() {
    return id;
  }

  /** How many nucleotides of the coding sequence one character of this text stands for: 1 or 3. */
  public int nucleotidesPerCharacter() {
    return nucleotidesPerCharacter;
  }

  /**
   * The modality of that {@link #id()}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Modality of(String id) {
    for (Modality modality : values()) {
      if (modality.id.equals(id)) {
        return modality;
      }
    }
    throw new IllegalArgumentException(
        "no modality '" + id + "': it is one of dna, rna and protein");
  }
}
