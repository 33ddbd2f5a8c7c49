package io.codonloom.config;

/** Where labels come from; said wherever they are shown. */
public enum LabelOrigin {
  MEASURED,
  /**
   * Calculated from the sequence: good for showing that the pipeline works, no biological result.
   */
  COMPUTED
}
