package io.codonloom.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.UserException;
import io.codonloom.device.Device;
import io.codonloom.encoder.engine.Encoders;
import io.codonloom.sequence.Modality;
import io.codonloom.tensor.Half;
import io.codonloom.tensor.SafetensorsFile;
import io.codonloom.tensor.Tensor;
import io.codonloom.tensor.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
  private static final EncoderSettings LAST =
      new EncoderSettings(EncoderOutput.HIDDEN, -1, Precision.FP32, 1);

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Family.class)
  void tellsTheFamiliesApart(Family family) throws IOException {
    Checkpoint checkpoint = Checkpoint.open(new RandomCheckpoint(family, 66, 1).write(folder));
    assertThat(checkpoint.family()).isEqualTo(family);
    assertThat(checkpoint.maxTokens()).isEqualTo(64);
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void everyTextOfTheMostCodonsFits(Family family) throws IOException {
    Checkpoint checkpoint = Checkpoint.open(new RandomCheckpoint(family, 66, 1).write(folder));
    int letters = 3 / family.modality().nucleotidesPerCharacter();
    int most = checkpoint.maxCodons();
    for (int codons = 1; codons <= most + 1; codons++) {
      String text = RandomCheckpoint.text("ACG", codons * letters, codons);
      int fitting = checkpoint.fittingCodons(text, 0, codons);
      assertThat(fitting).isEqualTo(Math.min(codons, most));
      assertThat(checkpoint.tokenizer().tokenize(text.substring(0, fitting * letters)).count())
          .isLessThanOrEqualTo(64);
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void tokensAreCountedWithoutAText(Family family) throws IOException {
    Checkpoint checkpoint = Checkpoint.open(new RandomCheckpoint(family, 66, 1).write(folder));
    int letters = 3 / family.modality().nucleotidesPerCharacter();
    for (int codons = 1; codons <= 50; codons++) {
      String text = RandomCheckpoint.text("ACG", codons * letters, codons);
      assertThat(checkpoint.tokens(codons))
          .isEqualTo(checkpoint.tokenizer().tokenize(text).count());
    }
  }

  @Test
  void flopsAreTwoForEachMultiplicationAndItsAddition() throws IOException {
    // Two layers, width 16, inner width 24, 5 tokens. Multiplications of one layer:
    long projections = 4L * 5 * 16 * 16;
    long attention = 2L * 5 * 5 * 16;
    long matrix = 5L * 16 * 24;
    assertThat(flops(Family.RNA_FM)).isEqualTo(2 * 2 * (projections + attention + 2 * matrix));
    assertThat(flops(Family.NUCLEOTIDE_TRANSFORMER))
        .isEqualTo(2 * 2 * (projections + attention + 3 * matrix));
  }

  private long flops(Family family) throws IOException {
    return Checkpoint.open(new RandomCheckpoint(family, 66, 1).write(folder.resolve(family.id())))
        .flops(5);
  }

  @Test
  void textsWithManyNsAreCutWhereTheirTokensEnd() throws IOException {
    Checkpoint checkpoint =
        Checkpoint.open(new RandomCheckpoint(Family.NUCLEOTIDE_TRANSFORMER, 66, 1).write(folder));
    for (int seed = 0; seed < 200; seed++) {
      String text = RandomCheckpoint.text("ACGTACGTACGTN", 300, seed);
      int fitting = checkpoint.fittingCodons(text, 0, 100);
      assertThat(tokens(checkpoint, text, fitting)).isLessThanOrEqualTo(64);
      for (int longer = fitting + 1; longer <= 100; longer++) {
        assertThat(tokens(checkpoint, text, longer)).isGreaterThan(64);
      }
    }
  }

  private static int tokens(Checkpoint checkpoint, String text, int codons) {
    return checkpoint.tokenizer().tokenize(text.substring(0, 3 * codons)).count();
  }

  @Test
  void namesEveryTensorThatIsMissingMisshapenOrUnknown() throws IOException {
    RandomCheckpoint random = new RandomCheckpoint(Family.ESM2, 66, 1);
    random.tensors.remove("encoder.layer.1.attention.self.key.weight");
    random.tensors.put("encoder.layer_norm.bias", Tensor.of(new float[3], 3));
    random.tensors.put("encoder.layer.2.layer_norm.bias", Tensor.of(new float[16], 16));
    assertThatThrownBy(() -> Checkpoint.open(random.write(folder)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("model.safetensors does not fit its config.json")
        .hasMessageContaining("encoder.layer.1.attention.self.key.weight is missing")
        .hasMessageContaining("encoder.layer_norm.bias has the shape [3] instead of [16]")
        .hasMessageContaining("encoder.layer.2.layer_norm.bias is not part of the model");
  }

  @Test
  void toleratesWhatPublishedFilesHoldBeside() throws IOException {
    RandomCheckpoint random = new RandomCheckpoint(Family.NUCLEOTIDE_TRANSFORMER, 66, 1);
    for (String name :
        List.of(
            "esm.embeddings.position_embeddings.weight",
            "esm.embeddings.position_ids",
            "esm.contact_head.regression.weight",
            "pooler.dense.weight",
            "lm_head.dense.weight")) {
      random.tensors.put(name, Tensor.of(new float[1], 1));
    }
    assertThat(Checkpoint.open(random.write(folder)).family())
        .isEqualTo(Family.NUCLEOTIDE_TRANSFORMER);
  }

  @Test
  void readsPublishedPrefixesAndSeveralFiles() throws IOException {
    RandomCheckpoint random = new RandomCheckpoint(Family.ESM2, 66, 1);
    String one = vector(random.write(folder.resolve("one")));
    Path parts = random.write(folder.resolve("parts"));
    Files.delete(parts.resolve("model.safetensors"));
    Map<String, Tensor> published =
        random.tensors.entrySet().stream()
            .collect(
                Collectors.toMap(
                    e ->
                        "esm."
                            + e.getKey()
                                .replace("encoder.layer_norm.", "encoder.emb_layer_norm_after.")
                                .replace("layer_norm.", "LayerNorm.")
                                .replace("emb_LayerNorm_after", "emb_layer_norm_after"),
                    Map.Entry::getValue));
    Map<String, Tensor> first = new LinkedHashMap<>(published);
    first.keySet().removeIf(name -> name.contains("layer.1"));
    Map<String, Tensor> second = new LinkedHashMap<>(published);
    second.keySet().removeAll(first.keySet());
    RandomCheckpoint.writeTensors(parts.resolve("a.safetensors"), first);
    RandomCheckpoint.writeTensors(parts.resolve("b.safetensors"), second);
    Files.writeString(
        parts.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"x\": \"a.safetensors\", \"y\": \"b.safetensors\"}}");
    assertThat(vector(parts)).isEqualTo(one);
  }

  @Test
  void anIndexMayNotPointElsewhere() throws IOException {
    Path parts = new RandomCheckpoint(Family.ESM2, 66, 1).write(folder);
    Files.delete(parts.resolve("model.safetensors"));
    Files.writeString(
        parts.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"x\": \"../a.safetensors\"}}");
    assertThatThrownBy(() -> Checkpoint.open(parts))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("names the file '../a.safetensors'");
    Files.writeString(parts.resolve("model.safetensors.index.json"), "{}");
    assertThatThrownBy(() -> Checkpoint.open(parts))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("model.safetensors.index.json has no weight_map");
  }

  @Test
  void halfPrecisionWeightsAreConverted() throws IOException {
    RandomCheckpoint random = new RandomCheckpoint(Family.RNA_FM, 66, 1);
    random.tensors.replaceAll(
        (name, tensor) -> {
          ByteBuffer halves =
              ByteBuffer.allocate(tensor.bytes().remaining() / 2).order(ByteOrder.LITTLE_ENDIAN);
          for (float value : tensor.toFloats()) {
            halves.putShort(Half.fromFloat(value));
          }
          return new Tensor(TensorType.F16, tensor.shape(), halves.flip());
        });
    String half = vector(random.write(folder.resolve("half")));
    random.tensors.replaceAll(
        (name, tensor) ->
            Tensor.of(
                tensor.toFloats(), tensor.shape().stream().mapToLong(Long::longValue).toArray()));
    assertThat(half).isEqualTo(vector(random.write(folder.resolve("single"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "esm.rotary_embeddings.inv_freq",
        "esm.encoder.layer.0.attention.self.rotary_embeddings.inv_freq",
        // As transformers 5 saves it.
        "esm.encoder.layer.*.attention.self.rotary_embeddings.inv_freq"
      })
  void storedRotaryFrequenciesAreUsed(String name) throws IOException {
    RandomCheckpoint random = new RandomCheckpoint(Family.ESM2, 66, 1);
    String exact = vector(random.write(folder.resolve("exact")));
    random.tensors.put(name, RandomCheckpoint.random(List.of(4L), new SplittableRandom(2)));
    assertThat(vector(random.write(folder.resolve("stored")))).isNotEqualTo(exact);
  }

  @Test
  void rotaryFrequenciesOfTheWrongCountOrOfSeveralKindsAreRefused() throws IOException {
    RandomCheckpoint random = new RandomCheckpoint(Family.ESM2, 66, 1);
    String name = "encoder.layer.%d.attention.self.rotary_embeddings.inv_freq";
    random.tensors.put(name.formatted(0), Tensor.of(new float[] {1, 2, 3, 4}, 4));
    random.tensors.put(name.formatted(1), Tensor.of(new float[] {1, 2, 3, 5}, 4));
    assertThatThrownBy(() -> vector(random.write(folder)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(name.formatted(1) + " differs from the frequencies before it");
    random.tensors.put(name.formatted(0), Tensor.of(new float[] {1, 2, 3}, 3));
    assertThatThrownBy(() -> vector(random.write(folder)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(name.formatted(0) + " has the shape [3] instead of [4]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"encoder.", "encoder.encoder.", "encoder.sentence_encoder.", "module."})
  void readsTheOriginalRnaFmUnderThePrefixesOfItsPickles(String prefix) throws IOException {
    Path original =
        Path.of(System.getProperty("codonloom.root"), "test-data", "encoders", "rna-fm-original");
    SafetensorsFile file = SafetensorsFile.open(original.resolve("model.safetensors"));
    Map<String, Tensor> prefixed = new LinkedHashMap<>();
    file.names().forEach(name -> prefixed.put(prefix + name, file.tensor(name)));
    Files.copy(original.resolve("config.json"), folder.resolve("config.json"));
    RandomCheckpoint.writeTensors(folder.resolve("model.safetensors"), prefixed);
    assertThat(vector(folder)).isEqualTo(vector(original));
    assertThat(Checkpoint.open(folder).vocabulary().words()).hasSize(25).endsWith("<mask>");
  }

  @Test
  void namesTheFileAndTheTensorThatHoldNan() throws IOException {
    RandomCheckpoint random = new RandomCheckpoint(Family.ESM2, 66, 1);
    float[] values = random.tensors.get("encoder.layer.1.layer_norm.weight").toFloats();
    values[7] = Float.NaN;
    random.tensors.put("encoder.layer.1.layer_norm.weight", Tensor.of(values, 16));
    Checkpoint checkpoint = Checkpoint.open(random.write(folder));
    String message =
        "model.safetensors: tensor encoder.layer.1.layer_norm.weight holds NaN or infinity";
    assertThatThrownBy(() -> Encoders.open(checkpoint, Modality.PROTEIN, LAST, Device.CPU))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(() -> checkpoint.fingerprint(LAST))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesATensorOfWholeNumbersAndOneThatIsThereTwice() throws IOException {
    RandomCheckpoint random = new RandomCheckpoint(Family.ESM2, 66, 1);
    Tensor floats = random.tensors.get("encoder.layer_norm.bias");
    random.tensors.put(
        "encoder.layer_norm.bias", new Tensor(TensorType.I32, floats.shape(), floats.bytes()));
    assertThatThrownBy(() -> Checkpoint.open(random.write(folder)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("encoder.layer_norm.bias has the type I32");
    random.tensors.put("esm.encoder.emb_layer_norm_after.bias", floats);
    assertThatThrownBy(() -> Checkpoint.open(random.write(folder)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(
            "encoder.layer_norm.bias and esm.encoder.emb_layer_norm_after.bias are the same");
  }

  @ParameterizedTest
  @CsvSource({
    "layer_norm_eps, small, layer_norm_eps must be a positive number",
    "layer_norm_eps, -1, layer_norm_eps must be a positive number",
    "token_dropout, maybe, token_dropout must be true or false",
    "rope_theta, 0, rope_theta must be a positive number"
  })
  void refusesConfigValuesOfTheWrongKind(String key, String value, String reason)
      throws IOException {
    RandomCheckpoint random = new RandomCheckpoint(Family.ESM2, 66, 1);
    if (value.matches("-?\\d")) {
      random.config.put(key, Integer.parseInt(value));
    } else {
      random.config.put(key, value);
    }
    assertThatThrownBy(() -> Checkpoint.open(random.write(folder)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("config.json: " + reason);
  }

  @Test
  void refusesWhatItCannotRead() throws IOException {
    assertThatThrownBy(() -> Checkpoint.open(folder.resolve("nowhere")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("There is no checkpoint directory");
    RandomCheckpoint random = new RandomCheckpoint(Family.ESM2, 66, 1);
    random.config.put("model_type", "bert");
    assertThatThrownBy(() -> Checkpoint.open(random.write(folder.resolve("bert"))))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("is of no known family: model_type is 'bert'");
    random.config.put("model_type", "esm").put("hidden_size", "wide");
    assertThatThrownBy(() -> Checkpoint.open(random.write(folder.resolve("wide"))))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("hidden_size must be a whole number");
    random.config.put("hidden_size", 16).put("hidden_act", "relu");
    assertThatThrownBy(() -> Checkpoint.open(random.write(folder.resolve("relu"))))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("hidden_act = relu is not supported, only gelu");
    random.config.put("hidden_act", "gelu");
    Path pickled = random.write(folder.resolve("pickled"));
    Files.move(pickled.resolve("model.safetensors"), pickled.resolve("pytorch_model.bin"));
    assertThatThrownBy(() -> Checkpoint.open(pickled))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("pytorch_model.bin, a pickle, which is never read");
    Files.move(pickled.resolve("pytorch_model.bin"), pickled.resolve("RNA-FM_pretrained.pth"));
    assertThatThrownBy(() -> Checkpoint.open(pickled))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("RNA-FM_pretrained.pth, a pickle, which is never read");
    Files.write(pickled.resolve("model.safetensors"), new byte[] {(byte) 0x80, 2, '}', 'q', 1});
    assertThatThrownBy(() -> Checkpoint.open(pickled))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("model.safetensors is not a usable safetensors file: it is a Python");
  }

  @Test
  void refusesTheWrongModalityLayerAndLength() throws IOException {
    Checkpoint checkpoint = Checkpoint.open(new RandomCheckpoint(Family.ESM2, 66, 1).write(folder));
    assertThatThrownBy(() -> Encoders.open(checkpoint, Modality.RNA, LAST, Device.CPU))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("is a model of protein (esm2) and cannot read rna");
    assertThatThrownBy(
            () ->
                Encoders.open(
                    checkpoint,
                    Modality.PROTEIN,
                    new EncoderSettings(EncoderOutput.HIDDEN, 3, Precision.FP32, 1),
                    Device.CPU))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("has 2 layers, so no layer 3");
    assertThatThrownBy(
            () ->
                Encoders.open(
                    checkpoint,
                    Modality.PROTEIN,
                    new EncoderSettings(EncoderOutput.LOGITS, -1, Precision.FP32, 1),
                    Device.CPU))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("lm_head.dense.weight is missing");
    try (Encoder encoder = Encoders.open(checkpoint, Modality.PROTEIN, LAST, Device.CPU)) {
      assertThatThrownBy(() -> encoder.encode("M".repeat(63)))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("65 tokens are more than the 64");
    }
  }

  @Test
  void theFingerprintFollowsTheWeights() throws IOException {
    Map<String, String> first = fingerprint(1);
    Map<String, String> second = fingerprint(2);
    assertThat(first).isEqualTo(fingerprint(1)).containsEntry("layer", "2");
    assertThat(first.get("weights")).hasSize(64).isNotEqualTo(second.get("weights"));
    assertThat(first.get("vocabulary")).isEqualTo(second.get("vocabulary"));
  }

  @Test
  void theFingerprintFollowsWhatConfigJsonDecides() throws IOException {
    RandomCheckpoint random = new RandomCheckpoint(Family.ESM2, 66, 1);
    Map<String, String> before = Checkpoint.open(random.write(folder)).fingerprint(LAST);
    random.config.put("num_attention_heads", 4);
    Map<String, String> after = Checkpoint.open(random.write(folder)).fingerprint(LAST);
    assertThat(before.get("architecture")).contains("2 heads");
    assertThat(after.get("architecture")).contains("4 heads");
    assertThat(before.get("weights")).isEqualTo(after.get("weights"));
  }

  private Map<String, String> fingerprint(long seed) throws IOException {
    Path directory = new RandomCheckpoint(Family.ESM2, 66, seed).write(folder);
    try (Encoder encoder =
        Encoders.open(Checkpoint.open(directory), Modality.PROTEIN, LAST, Device.CPU)) {
      return encoder.fingerprint();
    }
  }

  private static String vector(Path directory) {
    Checkpoint checkpoint = Checkpoint.open(directory);
    try (Encoder encoder = Encoders.open(checkpoint, checkpoint.modality(), LAST, Device.CPU)) {
      return Arrays.toString(encoder.encode("ACGACGA").values());
    }
  }
}
