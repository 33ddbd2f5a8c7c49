package io.codonloom.report;

import static io.codonloom.report.Axis.pixel;

import io.codonloom.sequence.Modality;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How the attention weight of each modality is spread over the rows: density, quartiles, median.
 *
 * @param weights of the sampled rows by modality, without NaN
 * @param range of the weights
 */
record DistributionChart(Map<Modality, double[]> weights, Ticks range) {
  private static final int ROW = 62;
  private static final int LEFT = 58;
  private static final int SLOPES = 96;

  /** Of the rows' weights; modalities without any are left out. */
  static Map<Modality, double[]> weightsOf(List<PredictedRow> rows) {
    Map<Modality, double[]> weights = new EnumMap<>(Modality.class);
    for (Modality modality : Modality.values()) {
      double[] sorted =
          rows.stream()
              .mapToDouble(row -> row.attention(modality))
              .filter(Double::isFinite)
              .sorted()
              .toArray();
      if (sorted.length > 0) {
        weights.put(modality, sorted);
      }
    }
    return weights;
  }

  void write(Markup page, String description) {
    Ticks rows = new Ticks(0, weights.size(), 1, 0);
    Frame frame = Frame.of(weights.size() * ROW + 44, LEFT, range, "attention weight", rows, "");
    frame.openWithoutMarksOfY(page, description);
    double equal = 1.0 / weights.size();
    if (equal >= range.low() && equal <= range.high()) {
      String at = pixel(frame.x().at(equal));
      Frame.line(page, "mark", at, pixel(frame.y().from()), at, pixel(frame.y().to()));
    }
    int fromTop = 0;
    for (Map.Entry<Modality, double[]> entry : weights.entrySet()) {
      draw(page, frame, entry.getKey(), entry.getValue(), frame.y().to() + ROW * ++fromTop);
    }
    page.close();
  }

  private void draw(Markup page, Frame frame, Modality modality, double[] sorted, double floor) {
    double base = floor - 14;
    Frame.text(page, "name", 0, base - 4, label(modality));
    page.empty("path", "class", "density " + modality.id(), "d", density(frame, sorted, base));
    String middle = pixel(base + 5);
    String style = modality.id();
    Frame.line(
        page,
        "whisker " + style,
        pixel(frame.x().at(quantile(sorted, 0.05))),
        middle,
        pixel(frame.x().at(quantile(sorted, 0.95))),
        middle);
    Frame.line(
        page,
        "quartiles " + style,
        pixel(frame.x().at(quantile(sorted, 0.25))),
        middle,
        pixel(frame.x().at(quantile(sorted, 0.75))),
        middle);
    page.empty(
        "circle",
        "class",
        "median " + style,
        "cx",
        pixel(frame.x().at(quantile(sorted, 0.5))),
        "cy",
        middle,
        "r",
        "3.5");
  }

  /** The outline of a Gaussian kernel density over the axis, its peak always as high. */
  private String density(Frame frame, double[] sorted, double base) {
    double[] heights = new double[SLOPES + 1];
    double width = bandwidth(sorted);
    double highest = 0;
    for (int i = 0; i <= SLOPES; i++) {
      double at = position(i);
      for (double value : sorted) {
        double z = (at - value) / width;
        heights[i] += Math.exp(-z * z / 2);
      }
      highest = Math.max(highest, heights[i]);
    }
    StringBuilder path = new StringBuilder();
    path.append("M").append(pixel(frame.x().from())).append(' ').append(pixel(base));
    for (int i = 0; i <= SLOPES; i++) {
      double y = base - heights[i] / highest * (ROW - 22);
      path.append('L').append(pixel(frame.x().at(position(i)))).append(' ').append(pixel(y));
    }
    return path.append('L')
        .append(pixel(frame.x().to()))
        .append(' ')
        .append(pixel(base))
        .append('Z')
        .toString();
  }

  private double position(int i) {
    return range.low() + (range.high() - range.low()) * i / SLOPES;
  }

  /** Silverman's rule of thumb (1986, eq. 3.31), no finer than the outline is drawn. */
  private double bandwidth(double[] sorted) {
    Moments moments = new Moments();
    Arrays.stream(sorted).forEach(moments::add);
    double spread = Double.isNaN(moments.deviation()) ? 0 : moments.deviation();
    double quartiles = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.34;
    double narrower = quartiles > 0 ? Math.min(spread, quartiles) : spread;
    double finest = (range.high() - range.low()) / SLOPES;
    return Math.max(finest, 0.9 * narrower * Math.pow(sorted.length, -0.2));
  }

  static double quantile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) Math.floor(at);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  static String label(Modality modality) {
    return modality == Modality.PROTEIN ? "protein" : modality.name();
  }
}
