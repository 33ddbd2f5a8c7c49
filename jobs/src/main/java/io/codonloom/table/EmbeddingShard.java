package io.codonloom.table;

import io.codonloom.UserException;
import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.embedding.Dtype;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;

/** One object of an embedding store: {@code modality=…/shard=…/data.parquet}. */
public final class EmbeddingShard {
  private EmbeddingShard() {}

  /** Where a shard lies in a store. */
  public static Path path(Path store, String modality, String shard) {
    Path folder = TableWriter.partition(store, TableColumns.MODALITY, modality);
    return new Path(TableWriter.partition(folder, "shard", shard), "data.parquet");
  }

  /**
   * Reads all embeddings of a shard, one after the other.
   *
   * @throws UserException if there is no such object, or an embedding's checksum is wrong
   */
  public static void read(Configuration conf, Path file, Consumer<CodonEmbedding> consumer)
      throws IOException {
    try (ParquetReader<Group> reader =
        ParquetReader.builder(new GroupReadSupport(), file).withConf(conf).build()) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        CodonEmbedding embedding =
            new CodonEmbedding(
                row.getString(TableColumns.KEY, 0),
                row.getInteger("start_codon", 0),
                row.getInteger("end_codon", 0),
                row.getInteger("dim", 0),
                Dtype.of(row.getString("dtype", 0)),
                row.getBinary("embedding", 0).getBytes(),
                row.getLong("checksum", 0));
        if (!embedding.isIntact()) {
          throw new UserException(
              "%s: the embedding of key %s does not have its checksum; delete the file and run embed again"
                  .formatted(file, embedding.key()));
        }
        consumer.accept(embedding);
      }
    } catch (FileNotFoundException e) {
      throw new UserException("There is no file " + file + "; run embed again", e);
    }
  }
}
