package io.codonloom.job.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.codonloom.sequence.ContentHash;
import io.codonloom.workspace.TableColumns;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Names the rows of a training by their content; see {@link io.codonloom.model.TrainingData}. */
final class DataFingerprint {
  private static final int BYTES = 32;

  private DataFingerprint() {}

  /**
   * Of rows with {@code row_id}, {@code sequence_id}, {@code part} and {@code label}. The ids are
   * all different, so that no two rows cancel out.
   */
  static String of(Dataset<Row> rows) {
    byte[] all =
        rows.select(
                TableColumns.ROW_ID,
                TableColumns.SEQUENCE_ID,
                TableColumns.PART,
                TableColumns.LABEL)
            .toJavaRDD()
            .mapPartitions(DataFingerprint::ofPartition)
            .fold(new byte[BYTES], DataFingerprint::xor);
    return HexFormat.of().formatHex(all);
  }

  private static Iterator<byte[]> ofPartition(Iterator<Row> rows) {
    MessageDigest digest = ContentHash.sha256();
    byte[] all = new byte[BYTES];
    while (rows.hasNext()) {
      Row row = rows.next();
      for (int i = 0; i < 3; i++) {
        digest.update(row.getString(i).getBytes(UTF_8));
        digest.update((byte) 0);
      }
      digest.update(ByteBuffer.allocate(Double.BYTES).putDouble(row.getDouble(3)).flip());
      all = xor(all, digest.digest());
    }
    return List.of(all).iterator();
  }

  private static byte[] xor(byte[] one, byte[] other) {
    byte[] both = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      both[i] = (byte) (one[i] ^ other[i]);
    }
    return both;
  }
}
