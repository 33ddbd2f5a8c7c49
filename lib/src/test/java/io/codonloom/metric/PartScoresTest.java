package io.codonloom.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PartScoresTest {
  private static final int ROWS = 100;
  private static final Bootstrap BOOTSTRAP = new Bootstrap(30, 1, 2);

  private final Random random = new Random(8);
  private final double[] labels = random.doubles(ROWS).toArray();
  private final double[] predictions = random.doubles(ROWS).toArray();

  @Test
  void aGroupsScoresAreThoseOfItsRowsAlone() {
    String[] species =
        IntStream.range(0, ROWS)
            .mapToObj(i -> i % 3 == 0 ? "yeast" : "human")
            .toArray(String[]::new);
    PartScores scores =
        PartScores.of(
            BOOTSTRAP, 0, labels, predictions, Units.rows(ROWS), Map.of("species", species));

    int[] yeast = IntStream.range(0, ROWS).filter(i -> i % 3 == 0).toArray();
    List<Score> alone =
        BOOTSTRAP.scores(
            Metric.REGRESSION,
            Arrays.stream(yeast).mapToDouble(i -> labels[i]).toArray(),
            Arrays.stream(yeast).mapToDouble(i -> predictions[i]).toArray(),
            Units.rows(yeast.length));
    assertThat(scores.by().get("species")).containsOnlyKeys("human", "yeast");
    assertThat(scores.by().get("species").get("yeast")).isEqualTo(alone);
    assertThat(scores.scores()).hasSize(4).allMatch(score -> score.rows() == ROWS);
    assertThat(scores.confusion()).isEmpty();
  }

  @Test
  void groupsDrawTheSameUnitsAsTheWhole() {
    long[] families = IntStream.range(0, ROWS).mapToLong(i -> 1000 - i / 5).toArray();
    String[] species =
        IntStream.range(0, ROWS).mapToObj(i -> i < 50 ? "yeast" : "human").toArray(String[]::new);
    PartScores scores =
        PartScores.of(
            BOOTSTRAP,
            0,
            labels,
            predictions,
            Units.of("family", families),
            Map.of("species", species));
    assertThat(scores.scores())
        .allSatisfy(score -> assertThat(score.unit()).isEqualTo("family"))
        .allSatisfy(score -> assertThat(score.units()).isEqualTo(20));
    assertThat(scores.by().get("species").get("yeast"))
        .isEqualTo(
            BOOTSTRAP.scores(
                Metric.REGRESSION,
                Arrays.copyOf(labels, 50),
                Arrays.copyOf(predictions, 50),
                Units.of("family", Arrays.copyOf(families, 50))))
        .allSatisfy(score -> assertThat(score.units()).isEqualTo(10));
  }

  @Test
  void smallGroupsAndRowsWithoutAValueHaveNoScores() {
    String[] cells = new String[ROWS];
    Arrays.fill(cells, 0, PartScores.LEAST_ROWS, "enough");
    Arrays.fill(cells, 50, 50 + PartScores.LEAST_ROWS - 1, "few");
    PartScores scores =
        PartScores.of(BOOTSTRAP, 0, labels, predictions, Units.rows(ROWS), Map.of("cell", cells));
    assertThat(scores.by().get("cell")).containsOnlyKeys("enough");
  }

  @Test
  void classesOfAGroupKeepTheirProbabilities() {
    double[] classes = IntStream.range(0, ROWS).mapToDouble(i -> i % 3).toArray();
    double[] right = new double[3 * ROWS];
    for (int i = 0; i < ROWS; i++) {
      right[3 * i + i % 3] = 1;
    }
    String[] cells = new String[ROWS];
    Arrays.fill(cells, 40, ROWS, "cell");
    PartScores scores =
        PartScores.of(BOOTSTRAP, 3, classes, right, Units.rows(ROWS), Map.of("cell", cells));
    assertThat(scores.by().get("cell").get("cell"))
        .allSatisfy(score -> assertThat(score.value()).isEqualTo(1));
    assertThat(scores.confusion())
        .containsExactly(List.of(34, 0, 0), List.of(0, 33, 0), List.of(0, 0, 33));
  }
}
