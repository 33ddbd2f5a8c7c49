package io.codonloom.job.train;

import static org.apache.spark.sql.functions.col;

import io.codonloom.model.OneHot;
import io.codonloom.sequence.Modality;
import io.codonloom.workspace.ModalityColumns;
import io.codonloom.workspace.SequencesTable;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableReader;
import io.codonloom.workspace.Workspace;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The sequences as {@code prepare} wrote them, letter by letter: as long as an encoder would read
 * them, where the config names one, so that both kinds of networks see the same codons.
 */
final class LetterVectors implements VectorSource {
  private final SparkSession spark;
  private final Workspace workspace;
  private final String dataset;

  LetterVectors(SparkSession spark, Workspace workspace, String dataset) {
    this.spark = spark;
    this.workspace = workspace;
    this.dataset = dataset;
  }

  /** The column with a sequence's letters. */
  static String letters(Modality modality) {
    return modality.id() + "_letters";
  }

  @Override
  public String input(Modality modality) {
    return letters(modality);
  }

  @Override
  public String name() {
    return "dataset " + dataset;
  }

  /** None: the tables of {@code prepare} are every training's. */
  @Override
  public Map<String, String> fingerprints() {
    return Map.of();
  }

  @Override
  public SortedSet<Modality> modalities() {
    return new TreeSet<>(List.of(Modality.values()));
  }

  @Override
  public Dataset<Row> located(Modality modality) {
    Path table = SequencesTable.folder(workspace.sequences(), modality, dataset);
    return TableReader.read(spark, table)
        .select(
            col(TableColumns.SEQUENCE_ID),
            col(TableColumns.N_CODONS).as(ModalityColumns.codons(modality)),
            col(TableColumns.SEQUENCE).as(letters(modality)));
  }

  @Override
  public Column lacks(Modality modality) {
    return col(letters(modality)).isNull();
  }

  @Override
  public String remedy(Modality modality) {
    return "have no %s sequence; run prepare again".formatted(modality.id());
  }

  @Override
  public Dataset<Row> withoutQuarantined(Dataset<Row> rows, SortedSet<Modality> modalities) {
    return rows;
  }

  @Override
  public Place place(Dataset<Row> table, SortedSet<Modality> modalities) {
    TreeMap<Modality, Integer> dims = new TreeMap<>();
    modalities.forEach(modality -> dims.put(modality, OneHot.dim(modality)));
    return new Place("", "", Map.of(), dims);
  }

  @Override
  public Map<String, Map<String, String>> encoders(SortedSet<Modality> modalities) {
    return Map.of();
  }
}
