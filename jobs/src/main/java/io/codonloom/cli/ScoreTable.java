package io.codonloom.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.codonloom.UserException;
import io.codonloom.config.Dataset;
import io.codonloom.config.LabelOrigin;
import io.codonloom.metric.PartScores;
import io.codonloom.metric.Score;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.WholeFile;
import io.codonloom.workspace.Workspace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The test scores of some runs with their intervals, one line a run, for a terminal. */
final class ScoreTable {
  private final Configuration conf;
  private final Workspace workspace;

  ScoreTable(Configuration conf, Workspace workspace) {
    this.conf = conf;
    this.workspace = workspace;
  }

  String of(Dataset dataset, List<String> runs) throws IOException {
    List<String> header = new ArrayList<>(List.of("run", "rows"));
    String drawn = "";
    List<List<String>> lines = new ArrayList<>(List.of(header));
    for (String run : runs) {
      List<Score> scores = test(run);
      List<String> line =
          new ArrayList<>(List.of(run, scores.isEmpty() ? "0" : "" + scores.get(0).rows()));
      Optional<Score> inUnits = scores.stream().filter(score -> !score.ofRows()).findFirst();
      if (inUnits.isPresent()) {
        if (lines.size() == 1) {
          header.add(inUnits.get().drawn());
        }
        line.add("" + inUnits.get().units());
      }
      for (Score score : scores) {
        if (lines.size() == 1) {
          drawn = " over " + score.drawn();
          header.add(score.metric());
        }
        // Correlations live between −1 and 1; an error has the label's own scale.
        String number = score.metric().equals("mse") ? "%.3g" : "%.3f";
        String interval = Double.isNaN(score.low()) ? "" : " [" + number + ", " + number + "]";
        line.add(
            Double.isNaN(score.value())
                ? "–"
                : String.format(
                    Locale.ROOT, number + interval, score.value(), score.low(), score.high()));
      }
      lines.add(line);
    }
    TextTable table = new TextTable();
    lines.forEach(table::line);
    String origin = dataset.labelOrigin() == LabelOrigin.COMPUTED ? " (computed)" : "";
    return "test scores for "
        + dataset.labelName()
        + origin
        + ", with 95 % intervals"
        + drawn
        + "\n"
        + table;
  }

  private List<Score> test(String run) throws IOException {
    Path file = new Path(workspace.run(run), "metrics.json");
    try {
      Map<String, PartScores> parts =
          Manifest.JSON.readValue(WholeFile.readText(conf, file), new TypeReference<>() {});
      return parts.containsKey("test") ? parts.get("test").scores() : List.of();
    } catch (JsonProcessingException e) {
      throw new UserException(
          "%s is damaged: %s; delete %s and train again"
              .formatted(file, Manifest.reason(e), workspace.run(run)),
          e);
    }
  }
}
