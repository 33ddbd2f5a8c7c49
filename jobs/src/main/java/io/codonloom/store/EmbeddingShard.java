package io.codonloom.store;

import io.codonloom.UserException;
import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.embedding.Dtype;
import io.codonloom.sequence.Modality;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableWriter;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/** One object of a store: the embeddings of a shard's inputs, as Parquet. Needs no Spark. */
public final class EmbeddingShard {
  /** The column with the numbers of a codon. */
  public static final String DIM = "dim";

  private static final long ROW_GROUP_BYTES = 32L << 20;

  private static final MessageType SCHEMA =
      Types.buildMessage()
          .required(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.stringType())
          .named("key")
          .required(PrimitiveTypeName.INT32)
          .named("start_codon")
          .required(PrimitiveTypeName.INT32)
          .named("end_codon")
          .required(PrimitiveTypeName.INT32)
          .named(DIM)
          .required(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.stringType())
          .named("dtype")
          .required(PrimitiveTypeName.BINARY)
          .named("embedding")
          .required(PrimitiveTypeName.INT64)
          .named("checksum")
          .named("codon_embedding");

  private static final MessageType KEYS = new MessageType(SCHEMA.getName(), SCHEMA.getType("key"));

  private EmbeddingShard() {}

  /** Where a shard of a store lies. */
  public static Path file(Path store, Modality modality, String shard) {
    return new Path(
        TableWriter.partition(
            TableWriter.partition(store, TableColumns.MODALITY, modality.id()),
            ShardPlan.SHARD,
            shard),
        "data.parquet");
  }

  /**
   * Writes a shard, row by row. Equal rows in equal order give equal pages; the footer lists each
   * column's encodings in an order of the JVM's own.
   */
  public static final class Writer implements AutoCloseable {
    private final ParquetWriter<Group> parquet;

    private Writer(ParquetWriter<Group> parquet) {
      this.parquet = parquet;
    }

    /** Adds a row. */
    public void add(CodonEmbedding embedding) throws IOException {
      Group row = new SimpleGroup(SCHEMA);
      row.append("key", embedding.key())
          .append("start_codon", embedding.startCodon())
          .append("end_codon", embedding.endCodon())
          .append(DIM, embedding.dim())
          .append("dtype", embedding.dtype().id())
          .append("embedding", Binary.fromConstantByteArray(embedding.bytes()))
          .append("checksum", embedding.checksum());
      parquet.write(row);
    }

    @Override
    public void close() throws IOException {
      parquet.close();
    }
  }

  /** Starts a file on this machine, to be published when it is closed. */
  public static Writer writer(java.nio.file.Path file) throws IOException {
    Configuration local = new Configuration(false);
    return new Writer(
        ExampleParquetWriter.builder(HadoopOutputFile.fromPath(new Path(file.toUri()), local))
            .withType(SCHEMA)
            .withConf(local)
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .withRowGroupSize(ROW_GROUP_BYTES)
            .withDictionaryEncoding(false)
            .build());
  }

  /**
   * Reads a shard, row by row in its order, each row checked.
   *
   * @throws UserException if the file is missing, damaged, or a row is not what was written
   */
  public static void forEach(Configuration conf, Path file, Consumer<CodonEmbedding> action) {
    forEachRow(conf, file, row -> action.accept(checked(file, row)));
  }

  private static void forEachRow(Configuration conf, Path file, Consumer<Group> action) {
    try (var parquet =
        org.apache.parquet.hadoop.ParquetReader.builder(new GroupReadSupport(), file)
            .withConf(conf)
            .build()) {
      for (Group row = parquet.read(); row != null; row = parquet.read()) {
        action.accept(row);
      }
    } catch (FileNotFoundException e) {
      throw new UserException(file + " is missing: run embed again", e);
    } catch (UserException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new UserException(
          "%s cannot be read (%s): delete it and run embed again".formatted(file, e.getMessage()),
          e);
    }
  }

  private static CodonEmbedding checked(Path file, Group row) {
    CodonEmbedding embedding =
        new CodonEmbedding(
            row.getString("key", 0),
            row.getInteger("start_codon", 0),
            row.getInteger("end_codon", 0),
            row.getInteger(DIM, 0),
            Dtype.of(row.getString("dtype", 0)),
            row.getBinary("embedding", 0).getBytes(),
            row.getLong("checksum", 0));
    if (!embedding.isIntact()) {
      throw new UserException(
          "%s: the checksum of %s does not fit; delete the file and run embed again"
              .formatted(file, embedding.key()));
    }
    return embedding;
  }

  /**
   * The keys of a shard, in its order.
   *
   * @throws UserException if the file cannot be read
   */
  static List<String> keys(Configuration conf, Path file) {
    Configuration keysOnly = new Configuration(conf);
    keysOnly.set(ReadSupport.PARQUET_READ_SCHEMA, KEYS.toString());
    List<String> keys = new ArrayList<>();
    forEachRow(keysOnly, file, row -> keys.add(row.getString("key", 0)));
    return keys;
  }

  /** Reads a whole shard: key → embedding, in the shard's order. */
  public static Map<String, CodonEmbedding> read(Configuration conf, Path file) {
    Map<String, CodonEmbedding> rows = new LinkedHashMap<>();
    forEach(conf, file, row -> rows.put(row.key(), row));
    return rows;
  }
}
