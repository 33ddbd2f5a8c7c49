package io.codonloom.report;

import io.codonloom.sequence.Modality;

/**
 * One predicted measurement.
 *
 * @param rowId the user's name of the row
 * @param part of the split
 * @param label in its own unit, or the index of the class
 * @param prediction likewise
 * @param attentionDna mean attention weight of the modality over the row's codons; NaN where the
 *     network gives none
 * @param attentionRna likewise
 * @param attentionProtein likewise
 */
public record PredictedRow(
    String rowId,
    String part,
    double label,
    double prediction,
    double attentionDna,
    double attentionRna,
    double attentionProtein) {

  double attention(Modality modality) {
    return switch (modality) {
      case DNA -> attentionDna;
      case RNA -> attentionRna;
      case PROTEIN -> attentionProtein;
    };
  }

  double error() {
    return prediction - label;
  }
}
