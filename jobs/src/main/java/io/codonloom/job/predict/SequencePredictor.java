package io.codonloom.job.predict;

import com.google.common.collect.Iterators;
import io.codonloom.embedding.CodonVectors;
import io.codonloom.embedding.KeyedText;
import io.codonloom.encoding.EncoderSet;
import io.codonloom.fusion.Features;
import io.codonloom.model.BatchAssembler;
import io.codonloom.model.Example;
import io.codonloom.model.OneHot;
import io.codonloom.model.Prediction;
import io.codonloom.sequence.Modality;
import io.codonloom.store.LocalStore;
import io.codonloom.workspace.ModalityColumns;
import io.codonloom.workspace.TableColumns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import scala.collection.JavaConverters;

/**
 * On an executor: from rows of {@link SequenceInputs} to predictions, a batch at a time. No more
 * than one batch's vectors are in memory, however many rows there are.
 */
final class SequencePredictor implements MapPartitionsFunction<Row, Row> {

  private static final long serialVersionUID = 1L;
  private static final int BATCH = 32;

  /** A prediction, or the reason why there is none. */
  static final StructType SCHEMA = schema();

  private final SharedModel model;
  private final EncoderSet encoders;
  private final SerializableConfiguration conf;
  private final String store;
  private final String storeId;
  private final TreeMap<Modality, LongAccumulator> encoded;

  /**
   * @param encoders of the modalities that have texts to encode
   * @param store its folder; need not be there where nothing is read from one
   * @param storeId of {@link LocalStore#id}
   * @param encoded counts the texts of each modality that were given to its encoder
   */
  SequencePredictor(
      SharedModel model,
      EncoderSet encoders,
      SerializableConfiguration conf,
      String store,
      String storeId,
      Map<Modality, LongAccumulator> encoded) {
    this.model = model;
    this.encoders = encoders;
    this.conf = conf;
    this.store = store;
    this.storeId = storeId;
    this.encoded = new TreeMap<>(encoded);
  }

  private static StructType schema() {
    StructType schema =
        new StructType()
            .add(TableColumns.SEQUENCE_ID, DataTypes.StringType, false)
            .add(TableColumns.REASON, DataTypes.StringType)
            .add(TableColumns.PREDICTION, DataTypes.DoubleType)
            .add(
                TableColumns.PROBABILITIES, DataTypes.createArrayType(DataTypes.DoubleType, false));
    for (Modality modality : Modality.values()) {
      schema = schema.add(ModalityColumns.attention(modality), DataTypes.DoubleType);
    }
    return schema;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws IOException {
    if (!rows.hasNext()) {
      return rows;
    }
    EncoderSet.Open open = encoders.open(conf.value());
    TaskCompletionListener close = context -> open.close();
    TaskContext.get().addTaskCompletionListener(close);
    Task task = new Task(open, new LocalStore(conf.value(), new Path(store), storeId));
    return Iterators.concat(
        Iterators.transform(Iterators.partition(rows, BATCH), batch -> task.score(batch)));
  }

  /** What one task has loaded. */
  private final class Task {
    private final EncoderSet.Open open;
    private final LocalStore local;
    private final ComputationGraph network = model.open();
    private final BatchAssembler assembler = model.assembler();

    Task(EncoderSet.Open open, LocalStore local) {
      this.open = open;
      this.local = local;
    }

    Iterator<Row> score(List<Row> rows) {
      String[] reasons = new String[rows.size()];
      List<SortedMap<Modality, CodonVectors>> vectors = new ArrayList<>();
      rows.forEach(row -> vectors.add(new TreeMap<>()));
      for (Modality modality : model.dims().keySet()) {
        gather(rows, modality, vectors, reasons);
      }
      List<Example> examples = new ArrayList<>();
      for (int i = 0; i < reasons.length; i++) {
        if (reasons[i] == null) {
          examples.add(new Example(i, Double.NaN, vectors.get(i)));
        }
      }
      Prediction[] predictions = new Prediction[reasons.length];
      if (!examples.isEmpty()) {
        MultiDataSet batch = assembler.assemble(examples, 0);
        Prediction[] found = Prediction.of(network, batch, model.scaling());
        Arrays.stream(batch.getFeatures()).forEach(INDArray::close);
        for (int e = 0; e < found.length; e++) {
          predictions[examples.get(e).row()] = found[e];
        }
      }
      List<Row> results = new ArrayList<>();
      for (int i = 0; i < reasons.length; i++) {
        results.add(result(rows.get(i), reasons[i], predictions[i]));
      }
      return results.iterator();
    }

    /** The vectors of all rows in one modality; a text that several rows have is read once. */
    private void gather(
        List<Row> rows,
        Modality modality,
        List<SortedMap<Modality, CodonVectors>> vectors,
        String[] reasons) {
      boolean letters = model.network().features() == Features.ONE_HOT;
      Map<String, KeyedText> texts = new LinkedHashMap<>();
      for (int i = 0; i < reasons.length; i++) {
        Row row = rows.get(i);
        String key = row.getAs(ModalityColumns.key(modality));
        String shard = row.getAs(ModalityColumns.shard(modality));
        String text = row.getAs(SequenceInputs.text(modality));
        if (letters) {
          vectors.get(i).put(modality, OneHot.of(modality, text));
        } else if (shard != null) {
          vectors.get(i).put(modality, stored(modality, shard, key));
        } else if (text != null) {
          texts.put(key, new KeyedText(key, text));
        } else {
          String reason = row.getAs(SequenceInputs.reason(modality));
          reasons[i] = reason == null ? "it is in no shard of the store" : reason;
        }
      }
      if (texts.isEmpty()) {
        return;
      }
      Map<String, CodonVectors> found = new HashMap<>();
      Map<String, String> failed = encode(modality, List.copyOf(texts.values()), found);
      for (int i = 0; i < reasons.length; i++) {
        String key = rows.get(i).getAs(ModalityColumns.key(modality));
        if (found.containsKey(key)) {
          vectors.get(i).put(modality, found.get(key));
        } else if (failed.containsKey(key)) {
          reasons[i] = failed.get(key);
        }
      }
    }

    private CodonVectors stored(Modality modality, String shard, String key) {
      CodonVectors vectors = local.find(modality, shard, key);
      if (vectors == null) {
        throw new IllegalStateException(
            "shard %s of %s lacks the embedding %s".formatted(shard, modality.id(), key));
      }
      return vectors;
    }

    private Map<String, String> encode(
        Modality modality, List<KeyedText> texts, Map<String, CodonVectors> found) {
      try {
        encoded.get(modality).add(texts.size());
        return open.encode(
            modality, texts, embedding -> found.put(embedding.key(), CodonVectors.of(embedding)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private Row result(Row row, String reason, Prediction prediction) {
      Object[] values = new Object[4 + Modality.values().length];
      values[0] = row.getAs(TableColumns.SEQUENCE_ID);
      if (prediction == null) {
        values[1] = reason;
      } else if (!Double.isFinite(prediction.value())) {
        values[1] = "the network gives no number for it";
      } else {
        fill(values, prediction);
      }
      return RowFactory.create(values);
    }

    private void fill(Object[] values, Prediction prediction) {
      values[2] = prediction.value();
      if (prediction.probabilities().length > 0) {
        values[3] =
            JavaConverters.asScalaBuffer(
                Arrays.stream(prediction.probabilities()).boxed().toList());
      }
      int next = 0;
      for (Modality modality : model.dims().keySet()) {
        if (next < prediction.attention().length) {
          values[SCHEMA.fieldIndex(ModalityColumns.attention(modality))] =
              (double) prediction.attention()[next++];
        }
      }
    }
  }
}
