package io.codonloom.input;

import io.codonloom.UserException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;

/**
 * What the end of a Parquet file says about some of its columns. All others are taken out before
 * the library reads what is left: a type that it does not know, in a column that nobody asked for,
 * would make the whole file unreadable.
 */
final class ParquetFooter {
  private static final String MAGIC = "PAR1";
  private static final int TAIL = 8;

  private final FileMetaData footer;

  private ParquetFooter(FileMetaData footer) {
    this.footer = footer;
  }

  /**
   * Reads it.
   *
   * @throws UserException if the file is no Parquet file
   */
  static ParquetFooter read(Configuration conf, InputFile file) {
    Path path = new Path(file.path());
    try (FSDataInputStream in = path.getFileSystem(conf).open(path)) {
      byte[] tail = new byte[TAIL];
      in.readFully(Math.max(0, file.length() - TAIL), tail);
      int length = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt();
      if (!new String(tail, 4, 4, StandardCharsets.ISO_8859_1).equals(MAGIC)) {
        throw new IOException("it does not end as one does");
      }
      if (length < 0 || length > file.length() - TAIL) {
        throw new IOException("its end is damaged");
      }
      byte[] bytes = new byte[length];
      in.readFully(file.length() - TAIL - length, bytes);
      return new ParquetFooter(Util.readFileMetaData(new ByteArrayInputStream(bytes)));
    } catch (IOException | RuntimeException e) {
      throw new UserException(file.path() + " is no Parquet file: " + ParquetReader.reason(e), e);
    }
  }

  /** The names of the columns; of a nested one, that of the whole. */
  List<String> columns() {
    List<String> names = new ArrayList<>();
    for (int i = 1; i < footer.getSchemaSize(); i = next(i)) {
      names.add(footer.getSchema().get(i).getName());
    }
    return names;
  }

  /** The element behind that one and what it holds. */
  private int next(int element) {
    int next = element + 1;
    for (int child = 0; child < footer.getSchema().get(element).getNum_children(); child++) {
      next = next(next);
    }
    return next;
  }

  /**
   * For the library: with some of the columns alone.
   *
   * @return rows and row groups are all there
   */
  ParquetMetadata of(Collection<String> names) throws IOException {
    Set<String> wanted = Set.copyOf(names);
    List<SchemaElement> elements = new ArrayList<>();
    SchemaElement root = new SchemaElement(footer.getSchema().get(0));
    elements.add(root);
    int columns = 0;
    for (int i = 1; i < footer.getSchemaSize(); i = next(i)) {
      if (wanted.contains(footer.getSchema().get(i).getName())) {
        columns++;
        footer.getSchema().subList(i, next(i)).forEach(e -> elements.add(known(e)));
      }
    }
    root.setNum_children(columns);
    FileMetaData some = new FileMetaData(footer);
    some.setSchema(elements);
    some.unsetColumn_orders(); // They are by position.
    for (RowGroup group : some.getRow_groups()) {
      group
          .getColumns()
          .removeIf(chunk -> !wanted.contains(chunk.getMeta_data().getPath_in_schema().get(0)));
    }
    return new ParquetMetadataConverter().fromParquetMetadata(some);
  }

  private static SchemaElement known(SchemaElement element) {
    SchemaElement known = new SchemaElement(element);
    if (hasUnknownType(element)) {
      known.unsetLogicalType();
    }
    return known;
  }

  /** Whether the library knows no such type: the only one of two bytes is float16. */
  boolean hasUnknownType(String column) {
    for (int i = 1; i < footer.getSchemaSize(); i = next(i)) {
      SchemaElement element = footer.getSchema().get(i);
      if (element.getName().equals(column)) {
        return hasUnknownType(element);
      }
    }
    return false;
  }

  private static boolean hasUnknownType(SchemaElement element) {
    return element.isSetLogicalType() && element.getLogicalType().getSetField() == null;
  }
}
