package io.codonloom.job.prepare;

import io.codonloom.UserException;
import io.codonloom.job.prepare.PrepareCounts.OfModality;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What {@link PrepareJob} would write, or has written. Until it is closed the rows are cached. */
public final class PreparePreview implements AutoCloseable {
  private final PrepareCounts counts;
  private final Optional<Dataset<Row>> sequences;
  private final Runnable close;

  private PreparePreview(PrepareCounts counts, Optional<Dataset<Row>> sequences, Runnable close) {
    this.counts = counts;
    this.sequences = sequences;
    this.close = close;
  }

  /** Of a dataset whose tables are up to date. */
  static PreparePreview ofTables(PrepareCounts counts) {
    return new PreparePreview(counts, Optional.empty(), () -> {});
  }

  /**
   * Of an input that is not prepared.
   *
   * @param texts what the sequences table would hold
   * @throws UserException if no row is accepted
   */
  static PreparePreview ofInput(
      CheckedInput input,
      Dataset<Row> texts,
      Map<String, OfModality> modalities,
      long labelsWithoutSequence) {
    RuleCounts tally = input.tally();
    if (tally.accepted() == 0) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "none of the %,d rows passes the rules (%s)%s",
              tally.rows(),
              tally.told(),
              tally.remedies()));
    }
    Overlaps census = input.census();
    PrepareCounts counts =
        new PrepareCounts(
            tally.rows(),
            tally.accepted(),
            tally.rows() - tally.accepted(),
            tally.reasons(),
            tally.unknown(),
            tally.kept(),
            census.given(),
            census.accepted(),
            labelsWithoutSequence,
            modalities,
            census.splits());
    return new PreparePreview(counts, Optional.of(texts), input::close);
  }

  /**
   * Everything that {@code prepare} counts; of an input that is not prepared without the splits
   * that compare proteins.
   */
  public PrepareCounts counts() {
    return counts;
  }

  /**
   * The rows that the dataset's partitions of the sequences table would have, with the columns
   * modality and dataset; empty where the table is up to date.
   */
  public Optional<Dataset<Row>> sequences() {
    return sequences;
  }

  @Override
  public void close() {
    close.run();
  }
}
