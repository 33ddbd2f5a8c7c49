package io.codonloom.model;

import io.codonloom.sequence.GeneticCode;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.Rules;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;

/**
 * How sequences became what the encoders read; a model is to be used on others read alike.
 *
 * @param geneticCode the NCBI's number of the code of sequences that name none themselves; a file
 *     from before it was kept has 0 here, which is read as the standard code
 * @param codeTables the edition of the tables of genetic codes; a file of the first has none, which
 *     is 0 here
 * @param rules that the training's sequences were held against
 * @param limits of the encoders; a modality that is not there has none
 */
public record Preprocessing(
    int geneticCode, int codeTables, Rules rules, SortedMap<Modality, InputLimit> limits) {
  private static final int STANDARD_CODE = 1;

  public Preprocessing {
    geneticCode = geneticCode == 0 ? STANDARD_CODE : geneticCode;
    codeTables = Math.max(1, codeTables);
    if (!GeneticCode.exists(geneticCode)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "genetic code %d is none of the NCBI's", geneticCode));
    }
  }

  /** With the tables of today. */
  public Preprocessing(int geneticCode, Rules rules, SortedMap<Modality, InputLimit> limits) {
    this(geneticCode, GeneticCode.EDITION, rules, limits);
  }

  /** The genetic code, if its table was another one then. */
  Optional<GeneticCode> correctedCode() {
    return Optional.of(GeneticCode.of(geneticCode)).filter(code -> code.edition() > codeTables);
  }
}
