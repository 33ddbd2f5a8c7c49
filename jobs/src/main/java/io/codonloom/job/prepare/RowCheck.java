package io.codonloom.job.prepare;

import io.codonloom.config.Columns;
import io.codonloom.config.Dataset;
import io.codonloom.input.InputTable;
import io.codonloom.input.RowPlace;
import io.codonloom.sequence.CodingRange;
import io.codonloom.sequence.CodingSequence;
import io.codonloom.sequence.EncoderInput;
import io.codonloom.sequence.GeneticCode;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.Policy;
import io.codonloom.sequence.Rule;
import io.codonloom.sequence.Rules;
import io.codonloom.sequence.SequenceCheck;
import io.codonloom.sequence.SequenceChecker;
import io.codonloom.workspace.TableColumns;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.JavaConverters;

/**
 * Checks input rows one by one. What needs several rows, that is duplicate ids, is found later. All
 * that a table is to hold of a row comes along, so that nothing is read or checked a second time.
 *
 * <p>Input: {@link InputTable#SCHEMA} with the fields of {@link #wanted()}. Output: {@link
 * #SCHEMA}.
 */
final class RowCheck implements MapFunction<Row, Row>, Serializable {
  /**
   * The row's place in the input, block + index: a number of its own that grows along the input.
   */
  static final String PLACE = "place";

  /** The rules that refuse the row, and those that a policy lets it break, as {@link RuleBits}. */
  static final String REFUSED = "refused";

  static final String KEPT = "kept";

  /** The id of the sequence before any policy; null for an empty one. */
  static final String GIVEN_ID = "given_id";

  static final String PROTEIN_KEY = "protein_key";
  static final String GROUP = "group";

  /** The last two names of the file's path; null where no split is by file. */
  static final String FILE = "file";

  /** The label as it was given. */
  static final String LABEL_TEXT = "label_text";

  /** The accepted mRNA; null where it is the given sequence, in another spelling at most. */
  static final String RNA = "rna";

  /** The number of the accepted sequence's genetic code. */
  static final String GENETIC_CODE = "genetic_code";

  /** The indices of the accepted sequence's codons that are selenocysteines; null for none. */
  static final String SELENOCYSTEINES = "selenocysteines";

  /** For a refused row, rule → the value that it does not know. */
  static final String UNKNOWN = "unknown";

  /** Among the covariates, for splits that are asked for later. */
  static final String FILE_COVARIATE = "_file";

  static final StructType SCHEMA =
      new StructType()
          .add(InputTable.BLOCK, DataTypes.LongType, false)
          .add(PLACE, DataTypes.LongType, false)
          .add(InputTable.LINE_STATE, DataTypes.IntegerType, false)
          .add(TableColumns.ROW_ID, DataTypes.StringType)
          .add(REFUSED, DataTypes.LongType, false)
          .add(KEPT, DataTypes.LongType, false)
          .add(TableColumns.POSITION, DataTypes.IntegerType)
          .add(GIVEN_ID, DataTypes.StringType)
          .add(TableColumns.SEQUENCE_ID, DataTypes.StringType)
          .add(PROTEIN_KEY, DataTypes.StringType)
          .add(TableColumns.LABEL, DataTypes.DoubleType)
          .add(
              TableColumns.COVARIATES,
              DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType, false))
          .add(GROUP, DataTypes.StringType)
          .add(TableColumns.PART, DataTypes.StringType)
          .add(FILE, DataTypes.StringType)
          .add(TableColumns.SEQUENCE, DataTypes.StringType) // As it was given.
          .add(LABEL_TEXT, DataTypes.StringType)
          .add(RNA, DataTypes.StringType)
          .add(GENETIC_CODE, DataTypes.IntegerType)
          .add(SELENOCYSTEINES, DataTypes.createArrayType(DataTypes.IntegerType, false))
          .add(UNKNOWN, DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType, false));

  /** Columns whose values hardly repeat. */
  static final Set<String> UNIQUE =
      Set.of(
          PLACE,
          TableColumns.ROW_ID,
          GIVEN_ID,
          TableColumns.SEQUENCE_ID,
          PROTEIN_KEY,
          TableColumns.SEQUENCE,
          RNA);

  /** Of {@link InputTable#SCHEMA}. */
  private static final int BLOCK = 0;

  private static final int INDEX = 1;
  private static final int MALFORMED = 2;
  private static final int LINE_STATE = 3;
  private static final int FIELDS = 4;

  /** Where FASTA headers say it, no column has a name. */
  private static final String CDS_START = "(first nucleotide of the CDS)";

  private static final String CDS_END = "(last nucleotide of the CDS)";
  private static final Set<Rule> UNKNOWN_LABEL =
      Set.of(Rule.LABEL_NOT_A_NUMBER, Rule.LABEL_TOO_LARGE, Rule.LABEL_UNKNOWN_CLASS);

  private static final long serialVersionUID = 1L;

  private final ArrayList<String> wanted;
  private final int ids;
  private final boolean hasRange;
  private final int label;
  private final int code;
  private final int selenocysteine;
  private final int group;
  private final int part;
  private final int datasetCode;
  private final Rules rules;
  private final HashMap<Modality, InputLimit> limits;
  private final LabelReader labels;
  private final Values values;
  private final ArrayList<String> files;
  private transient SequenceChecker checker;

  /**
   * @param files the names of the input's files, by number; none where no split is by file
   */
  RowCheck(Dataset dataset, Rules rules, Map<Modality, InputLimit> limits, List<String> files) {
    Columns columns = dataset.columns();
    this.wanted = new ArrayList<>(columns.id());
    this.ids = wanted.size();
    wanted.add(columns.sequence());
    this.hasRange = dataset.cdsInHeader() || columns.cdsStart().isPresent();
    if (hasRange) {
      wanted.add(columns.cdsStart().orElse(CDS_START));
      wanted.add(columns.cdsEnd().orElse(CDS_END));
    }
    this.label = wanted.size();
    wanted.add(columns.label());
    this.code = add(columns.geneticCode().stream().toList());
    this.selenocysteine = add(columns.selenocysteine().stream().toList());
    Set<String> covariates = new LinkedHashSet<>(columns.covariates());
    columns.group().ifPresent(covariates::add);
    columns.split().ifPresent(covariates::add);
    add(List.copyOf(covariates));
    this.group = columns.group().map(wanted::lastIndexOf).orElse(-1);
    this.part = columns.split().map(wanted::lastIndexOf).orElse(-1);
    this.datasetCode = dataset.geneticCode();
    this.rules = rules;
    this.limits = new HashMap<>(limits);
    this.labels = new LabelReader(dataset, rules);
    this.values = new Values(dataset.missingValues(), List.of());
    this.files = new ArrayList<>(files);
  }

  private int add(List<String> names) {
    int first = names.isEmpty() ? -1 : wanted.size();
    wanted.addAll(names);
    return first;
  }

  /**
   * The columns to read: ids, sequence, the ends of its coding part if these are told, label, then
   * the others. A name may come twice.
   */
  List<String> wanted() {
    return wanted;
  }

  /** Those of them that may be missing: the label where rows without one are kept. */
  List<String> optional() {
    return rules.labelMissing() == Policy.KEEP ? List.of(wanted.get(label)) : List.of();
  }

  @Override
  public Row call(Row row) {
    List<String> fields = row.getList(FIELDS);
    Set<Rule> refused = EnumSet.noneOf(Rule.class);
    if (!row.isNullAt(MALFORMED)) {
      refused.add(Rule.MALFORMED_ROW);
    }
    String rowId = rowId(fields);
    if (rowId == null) {
      refused.add(Rule.ROW_ID_MISSING);
    }
    GeneticCode geneticCode = geneticCode(fields, refused);
    String given = given(row);
    SequenceCheck check = check(row, geneticCode);
    refused.addAll(check.refused());
    Set<Rule> kept = EnumSet.noneOf(Rule.class);
    kept.addAll(check.kept());
    Double value = labels.read(fields.get(label), refused, kept);
    String file = files.isEmpty() ? null : files.get(RowPlace.file(row.getLong(BLOCK)));
    CodingSequence accepted = refused.isEmpty() ? check.sequence().orElseThrow() : null;
    return RowFactory.create(
        row.getLong(BLOCK),
        row.getLong(BLOCK) + row.getLong(INDEX),
        row.getInt(LINE_STATE),
        rowId,
        RuleBits.of(refused),
        RuleBits.of(kept),
        check.position() < 0 ? null : check.position(),
        check.givenId().orElse(null),
        accepted == null ? null : accepted.id(),
        accepted == null ? null : input(accepted, Modality.PROTEIN).key(),
        value,
        covariates(fields, file),
        group < 0 ? null : present(fields.get(group)),
        part < 0 ? null : values.present(fields.get(part)),
        file,
        given,
        fields.get(label),
        accepted == null || (!hasRange && check.hasGivenText()) ? null : accepted.rna(),
        accepted == null ? null : accepted.code().id(),
        accepted == null ? null : selenocysteines(accepted),
        accepted == null ? unknown(row, refused) : null);
  }

  private SequenceChecker checker() {
    if (checker == null) {
      checker = new SequenceChecker(rules, limits);
    }
    return checker;
  }

  /** The sequence as it stands in an input row; empty where there is none. */
  private String given(Row row) {
    String field = row.<String>getList(FIELDS).get(ids);
    return field == null ? "" : field;
  }

  /** What the modality's encoder reads of an accepted sequence. */
  EncoderInput input(CodingSequence sequence, Modality modality) {
    return EncoderInput.of(
        sequence, modality, rules, limits.getOrDefault(modality, InputLimit.NONE));
  }

  private SequenceCheck check(Row row, GeneticCode geneticCode) {
    List<String> fields = row.getList(FIELDS);
    List<Integer> selenocysteines = selenocysteines(fields);
    if (!hasRange) {
      return checker().check(given(row), geneticCode, selenocysteines);
    }
    CodingRange range = CodingRange.of(fields.get(ids + 1), fields.get(ids + 2));
    return checker().check(given(row), range, geneticCode, selenocysteines);
  }

  /** The values of the id columns, joined by {@code |}; null if none has a value. */
  private String rowId(List<String> fields) {
    if (ids == 1) {
      return present(fields.get(0));
    }
    StringBuilder joined = new StringBuilder();
    boolean any = false;
    for (int i = 0; i < ids; i++) {
      String value = present(fields.get(i));
      any |= value != null;
      if (i > 0) {
        joined.append('|');
      }
      if (value != null) {
        // So that ("a|b", "c") and ("a", "b|c") stay two ids.
        joined.append(value.replace("\\", "\\\\").replace("|", "\\|"));
      }
    }
    return any ? joined.toString() : null;
  }

  private scala.collection.Map<String, String> unknown(Row row, Set<Rule> refused) {
    List<String> fields = row.getList(FIELDS);
    Map<String, String> unknown = new HashMap<>();
    if (refused.contains(Rule.MALFORMED_ROW)) {
      unknown.put(Rule.MALFORMED_ROW.id(), row.getString(MALFORMED));
    }
    for (Rule rule : UNKNOWN_LABEL) {
      if (refused.contains(rule)) {
        unknown.put(rule.id(), fields.get(label).strip());
      }
    }
    if (refused.contains(Rule.UNKNOWN_GENETIC_CODE)) {
      unknown.put(Rule.UNKNOWN_GENETIC_CODE.id(), fields.get(code).strip());
    }
    return JavaConverters.mapAsScalaMap(unknown);
  }

  private GeneticCode geneticCode(List<String> fields, Set<Rule> refused) {
    String text = code < 0 ? null : values.present(fields.get(code));
    if (text == null) {
      return GeneticCode.of(datasetCode);
    }
    try {
      int id = Integer.parseInt(Values.canonical(text));
      if (GeneticCode.exists(id)) {
        return GeneticCode.of(id);
      }
    } catch (NumberFormatException e) {
      // Refused below, as a number that is none of the NCBI's.
    }
    refused.add(Rule.UNKNOWN_GENETIC_CODE);
    return GeneticCode.of(datasetCode);
  }

  /** The numbers of the codons that the row names; 0, which no codon has, for what is no number. */
  private List<Integer> selenocysteines(List<String> fields) {
    String text = selenocysteine < 0 ? null : present(fields.get(selenocysteine));
    if (text == null) {
      return List.of();
    }
    List<Integer> numbers = new ArrayList<>();
    for (String number : text.split("[;,]", -1)) {
      try {
        numbers.add(Integer.parseInt(number.strip()));
      } catch (NumberFormatException e) {
        numbers.add(0);
      }
    }
    return numbers;
  }

  private scala.collection.Map<String, String> covariates(List<String> fields, String file) {
    Map<String, String> covariates = new HashMap<>();
    if (file != null) {
      covariates.put(FILE_COVARIATE, file);
    }
    for (int i = Math.max(label, Math.max(code, selenocysteine)) + 1; i < fields.size(); i++) {
      String value = present(fields.get(i));
      if (value != null) {
        covariates.put(wanted.get(i), value);
      }
    }
    return JavaConverters.mapAsScalaMap(covariates);
  }

  private static Integer[] selenocysteines(CodingSequence sequence) {
    int[] codons = sequence.selenocysteines();
    return codons.length == 0 ? null : Arrays.stream(codons).boxed().toArray(Integer[]::new);
  }

  private static String present(String field) {
    return field == null || field.isBlank() ? null : field.strip();
  }
}
