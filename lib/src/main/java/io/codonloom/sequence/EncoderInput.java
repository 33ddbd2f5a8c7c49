package io.codonloom.sequence;

/**
 * What one encoder is to read for one coding sequence.
 *
 * @param modality of the encoder
 * @param key the content hash of the text: 32 hexadecimal digits
 * @param text see {@link CodingSequence#text}; cut at a codon border where the limit says so
 * @param codons how many codons the text covers
 */
public record EncoderInput(Modality modality, String key, String text, int codons) {

  /** Of a sequence under a dataset's rules and the encoder's limit. */
  public static EncoderInput of(
      CodingSequence sequence, Modality modality, Rules rules, InputLimit limit) {
    String text = sequence.text(modality, rules.start(), rules.stopCodon());
    int nucleotides = modality.nucleotidesPerCharacter();
    int codons = text.length() * nucleotides / 3;
    if (limit.overLong() == OverLong.TRUNCATE && limit.isExceededBy(codons)) {
      codons = limit.maxCodons();
      text = text.substring(0, codons * 3 / nucleotides);
    }
    return new EncoderInput(modality, key(modality, text), text, codons);
  }

  /** The content hash of a text that an encoder of the modality reads. */
  public static String key(Modality modality, String text) {
    return ContentHash.of("codonloom:" + modality.id() + ":1", text);
  }
}
