package io.codonloom.workspace;

import java.io.File;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.RecordWriter;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetOutputFormat;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.execution.datasources.parquet.ParquetWriteSupport;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.Utils;

/**
 * Writes one Spark partition: a file for each combination of partition values, made in Spark's
 * local folder and published when it is whole. A second attempt publishes the same names again.
 */
final class PartitionWriter
    implements Function2<Integer, Iterator<InternalRow>, Iterator<Map<String, Long>>> {
  private static final long serialVersionUID = 1L;

  /** Smaller than Parquet's own: several tasks write at once in a heap of 1 GiB. */
  private static final int ROW_GROUP_BYTES = 32 << 20;

  private final StructType schema;
  private final String table;
  private final List<String> partitions;
  private final Set<String> unique;
  private final String id;
  private final SerializableConfiguration conf;

  /**
   * @param id of this table alone: part of its files' names
   */
  PartitionWriter(
      StructType schema,
      String table,
      List<String> partitions,
      Set<String> unique,
      String id,
      SerializableConfiguration conf) {
    this.schema = schema;
    this.table = table;
    this.partitions = partitions;
    this.unique = unique;
    this.id = id;
    this.conf = conf;
  }

  @Override
  public Iterator<Map<String, Long>> call(Integer index, Iterator<InternalRow> rows)
      throws IOException, InterruptedException {
    try (Files files = new Files(index)) {
      while (rows.hasNext()) {
        InternalRow row = rows.next();
        files.of(row).write(row);
      }
      return List.of(files.publish()).iterator();
    }
  }

  /** A file without rows, which says what columns there are. */
  Map<String, Long> writeEmpty() throws IOException {
    try (Files files = new Files(0)) {
      files.open("");
      return files.publish();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** The open files of a partition, by folder. */
  private final class Files implements AutoCloseable {
    private final int index;
    private final File local =
        Utils.createTempDir(Utils.getLocalDir(SparkEnv.get().conf()), "codonloom-table");
    private final Map<String, PartFile> open = new HashMap<>();
    private final int[] positions;
    private final DataType[] types;
    private final Configuration settings;

    Files(int index) {
      this.index = index;
      StructType kept = new StructType();
      int[] at = new int[schema.length() - partitions.size()];
      for (StructField field : schema.fields()) {
        if (!partitions.contains(field.name())) {
          at[kept.length()] = schema.fieldIndex(field.name());
          kept = kept.add(field);
        }
      }
      this.positions = at;
      this.types = new DataType[at.length];
      for (int i = 0; i < at.length; i++) {
        types[i] = kept.fields()[i].dataType();
      }
      this.settings = settings(kept);
    }

    PartFile of(InternalRow row) throws IOException, InterruptedException {
      StringBuilder folder = new StringBuilder();
      for (String column : partitions) {
        String value = row.getUTF8String(schema.fieldIndex(column)).toString();
        folder.append(folder.length() == 0 ? "" : "/").append(column).append('=').append(value);
      }
      PartFile file = open.get(folder.toString());
      return file == null ? open(folder.toString()) : file;
    }

    PartFile open(String folder) throws IOException, InterruptedException {
      PartFile file =
          new PartFile(
              new File(local, open.size() + ".parquet"),
              settings,
              // Most tables are written as they come.
              partitions.isEmpty() ? null : new Kept(positions, types));
      open.put(folder, file);
      return file;
    }

    Map<String, Long> publish() throws IOException, InterruptedException {
      HashMap<String, Long> counts = new HashMap<>();
      for (Map.Entry<String, PartFile> entry : open.entrySet()) {
        entry.getValue().close();
        String folder = entry.getKey().isEmpty() ? table : table + "/" + entry.getKey();
        Path target =
            new Path(folder, String.format(Locale.ROOT, "part-%05d-%s.parquet", index, id));
        WholeFile.publish(conf.value(), entry.getValue().file.toPath(), target);
        counts.put(entry.getKey(), entry.getValue().rows);
      }
      return counts;
    }

    @Override
    public void close() {
      Utils.deleteRecursively(local);
    }
  }

  /** Nothing of the cluster's configuration: a table has the same form wherever it is written. */
  private Configuration settings(StructType kept) {
    Configuration settings = new Configuration(false);
    ParquetWriteSupport.setSchema(kept, settings);
    settings.set("spark.sql.parquet.writeLegacyFormat", "false");
    settings.set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS");
    settings.set("spark.sql.parquet.fieldId.write.enabled", "false");
    settings.setInt(ParquetOutputFormat.BLOCK_SIZE, ROW_GROUP_BYTES);
    for (String column : unique) {
      settings.setBoolean(ParquetOutputFormat.ENABLE_DICTIONARY + "#" + column, false);
    }
    return settings;
  }

  /** A row without its partition columns. */
  private static final class Kept {
    private final int[] positions;
    private final DataType[] types;

    Kept(int[] positions, DataType[] types) {
      this.positions = positions;
      this.types = types;
    }

    InternalRow of(InternalRow row) {
      Object[] values = new Object[positions.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = row.isNullAt(positions[i]) ? null : row.get(positions[i], types[i]);
      }
      return new GenericInternalRow(values);
    }
  }

  private static final class PartFile {
    private final File file;
    private final Kept kept;
    private final RecordWriter<Void, InternalRow> parquet;
    private long rows;

    PartFile(File file, Configuration settings, Kept kept)
        throws IOException, InterruptedException {
      this.file = file;
      this.kept = kept;
      this.parquet =
          new ParquetOutputFormat<InternalRow>(new ParquetWriteSupport())
              .getRecordWriter(
                  settings,
                  new Path(file.toURI()),
                  CompressionCodecName.ZSTD,
                  ParquetFileWriter.Mode.OVERWRITE);
    }

    void write(InternalRow row) throws IOException, InterruptedException {
      parquet.write(null, kept == null ? row : kept.of(row));
      rows++;
    }

    void close() throws IOException, InterruptedException {
      parquet.close(null);
    }
  }
}
