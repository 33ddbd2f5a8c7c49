package io.codonloom.config;

import java.util.List;
import java.util.Optional;

/**
 * Which columns of the input hold what.
 *
 * @param id the columns that, joined, name a row; each row's must be its own
 * @param sequence the coding sequence, as RNA or DNA
 * @param label the measured or computed value, or the class
 * @param split the part that the row belongs to, for splits by column
 * @param group what splits by group keep together
 * @param geneticCode the NCBI number of the row's genetic code; the dataset's where absent
 * @param selenocysteine the numbers of the codons that the row reads as selenocysteine, from 1,
 *     divided by {@code ;} or {@code ,}
 * @param covariates further columns to keep beside the label
 * @param cdsStart where in the sequence its coding part starts, counted from 1; all of it where
 *     absent
 * @param cdsEnd the last nucleotide of the coding part, counted from 1
 */
public record Columns(
    List<String> id,
    String sequence,
    String label,
    Optional<String> split,
    Optional<String> group,
    Optional<String> geneticCode,
    Optional<String> selenocysteine,
    List<String> covariates,
    Optional<String> cdsStart,
    Optional<String> cdsEnd) {

  public Columns {
    if (id.isEmpty()) {
      throw new IllegalArgumentException("id must name at least one column");
    }
    if (cdsStart.isPresent() != cdsEnd.isPresent()) {
      throw new IllegalArgumentException("cds-start and cds-end go together");
    }
  }
}
