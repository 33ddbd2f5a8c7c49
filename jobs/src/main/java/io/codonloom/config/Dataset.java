package io.codonloom.config;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Labelled mRNA sequences.
 *
 * @param name of its partition in every table: letters, digits, {@code . _ -}
 * @param input files, folders or globs on any file system that Hadoop reads
 * @param format of the input
 * @param labels for FASTA, the CSV or TSV with ids and labels
 * @param columns of the input, or of the labels' file for FASTA
 * @param geneticCode the NCBI number of the genetic code of rows that do not say their own
 * @param labelName as shown in reports, with its unit
 * @param labelOrigin measured or computed
 * @param task regression or classification
 * @param classes for classification, every class in the order of its index
 * @param encoding of text files, as in {@link TextLayout}
 * @param separator likewise
 * @param comment likewise
 * @param decimal what stands before the decimals of a label, a point or a comma
 * @param cdsInHeader as in {@link TextLayout}
 * @param stripIdVersion likewise
 * @param missingValues what stands for a value that is not there, in whatever case
 */
public record Dataset(
    String name,
    @Paths List<String> input,
    InputFormat format,
    Optional<String> labels,
    Columns columns,
    int geneticCode,
    String labelName,
    LabelOrigin labelOrigin,
    Task task,
    List<String> classes,
    String encoding,
    String separator,
    Optional<String> comment,
    String decimal,
    boolean cdsInHeader,
    boolean stripIdVersion,
    List<String> missingValues) {

  /** What other programs write for a value that is not there; an empty text always is none. */
  public static final List<String> MISSING =
      List.of("NA", "N/A", "#N/A", "<NA>", "NaN", "null", "None", ".", "-");

  public Dataset {
    Names.check("name", name);
    if (input.isEmpty()) {
      throw new IllegalArgumentException("input must name a file or a folder");
    }
    if (task == Task.CLASSIFICATION && classes.size() < 2) {
      throw new IllegalArgumentException("classes must list at least two classes");
    }
    if (task == Task.REGRESSION && !classes.isEmpty()) {
      throw new IllegalArgumentException("classes are for task = classification only");
    }
    if (new HashSet<>(classes).size() != classes.size()) {
      throw new IllegalArgumentException("classes holds a name twice");
    }
    if (!decimal.equals(".") && !decimal.equals(",")) {
      throw new IllegalArgumentException("decimal is . or , was '" + decimal + "'");
    }
    if (cdsInHeader && columns.cdsStart().isPresent()) {
      throw new IllegalArgumentException(
          "cds-in-header and columns.cds-start both say where the coding part is: set one");
    }
    var unused = // Refuses what is none.
        new TextLayout(encoding, separator, comment, cdsInHeader, stripIdVersion);
  }

  /** How the text files are written. */
  public TextLayout layout() {
    return new TextLayout(encoding, separator, comment, cdsInHeader, stripIdVersion);
  }

  /** The same with every path made absolute. */
  Dataset located(UnaryOperator<String> absolute) {
    return new Dataset(
        name,
        input.stream().map(absolute).toList(),
        format,
        labels.map(absolute),
        columns,
        geneticCode,
        labelName,
        labelOrigin,
        task,
        classes,
        encoding,
        separator,
        comment,
        decimal,
        cdsInHeader,
        stripIdVersion,
        missingValues);
  }
}
