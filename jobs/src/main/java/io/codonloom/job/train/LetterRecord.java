package io.codonloom.job.train;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.codonloom.embedding.CodonVectors;
import io.codonloom.model.OneHot;
import io.codonloom.sequence.Modality;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.example.data.Group;

/** Where a row's letters begin and how many there are. */
final class LetterRecord implements VectorRecord {
  @Override
  public int bytes() {
    return 8 + 4;
  }

  @Override
  public void write(Group row, Modality modality, ByteBuffer record, Texts texts)
      throws IOException {
    byte[] letters = row.getString(LetterVectors.letters(modality), 0).getBytes(US_ASCII);
    record.putLong(texts.add(letters)).putInt(letters.length);
  }

  @Override
  public CodonVectors read(Modality modality, ByteBuffer file, int at) {
    byte[] letters = new byte[file.getInt(at + 8)];
    file.get(Math.toIntExact(file.getLong(at)), letters);
    return OneHot.of(modality, new String(letters, US_ASCII));
  }
}
