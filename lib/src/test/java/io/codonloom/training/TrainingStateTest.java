package io.codonloom.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.UserException;
import io.codonloom.model.SmallNetwork;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingStateTest {
  private static final Epoch EPOCH =
      new Epoch(1, 0.1 + 0.2, 1 / 3.0, Double.NaN, 1e-3, 1.09, 12.5, 0.1, 4);

  @TempDir Path folder;

  @Test
  void aNetworkRestoredFromAFileGoesOnAsIfItHadNeverStopped() throws IOException {
    ComputationGraph whole = SmallNetwork.create();
    whole.fit(SmallNetwork.batch(1));
    whole.fit(SmallNetwork.batch(2));
    Path file = folder.resolve("state.safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      TrainingState.of(whole, whole.params(), "f1", 3, List.of(EPOCH)).write(out);
    }
    float[] best = whole.params().toFloatVector();
    whole.fit(SmallNetwork.batch(3));

    TrainingState state = TrainingState.read(file);
    ComputationGraph resumed = SmallNetwork.create();
    state.restore(resumed);
    resumed.fit(SmallNetwork.batch(3));

    assertThat(resumed.params().toFloatVector()).containsExactly(whole.params().toFloatVector());
    assertThat(state.bestParameters().toFloatVector()).containsExactly(best);
    assertThat(state.facts()).isEqualTo(new TrainingState.Facts("f1", 3, 2, List.of(EPOCH)));
  }

  @Test
  void refusesFilesThatAreNoStates() throws IOException {
    Path file = Files.writeString(folder.resolve("other"), "something");
    assertThatThrownBy(() -> TrainingState.read(file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(file.toString());
  }
}
