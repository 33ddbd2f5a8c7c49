package io.codonloom.job.prepare;

import io.codonloom.config.Dataset;
import io.codonloom.config.Task;
import io.codonloom.sequence.Policy;
import io.codonloom.sequence.Rule;
import io.codonloom.sequence.Rules;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Set;

/** Reads labels: numbers for regression, the index of a class for classification. */
final class LabelReader implements Serializable {
  private static final long serialVersionUID = 1L;

  private final boolean classification;
  private final boolean keepMissing;
  private final char decimal;
  private final Values values;
  private final HashMap<String, Integer> classes = new HashMap<>();

  LabelReader(Dataset dataset, Rules rules) {
    classification = dataset.task() == Task.CLASSIFICATION;
    keepMissing = rules.labelMissing() == Policy.KEEP;
    decimal = dataset.decimal().charAt(0);
    values = new Values(dataset.missingValues(), dataset.classes());
    for (int i = 0; i < dataset.classes().size(); i++) {
      classes.putIfAbsent(Values.canonical(dataset.classes().get(i)), i);
    }
    for (int i = 0; i < dataset.classes().size(); i++) {
      classes.put(dataset.classes().get(i), i); // The very name counts more.
    }
  }

  /**
   * Reads one.
   *
   * @param text null, blank or one of {@code dataset.missing-values} where there is none
   * @param refused and {@code kept} take the rule that the label breaks, if any
   * @return null if there is no label
   */
  Double read(String text, Set<Rule> refused, Set<Rule> kept) {
    String label = values.present(text);
    if (label == null) {
      (keepMissing ? kept : refused).add(Rule.LABEL_MISSING);
      return null;
    }
    if (classification) {
      Integer index = classes.getOrDefault(label, classes.get(Values.canonical(label)));
      if (index == null) {
        refused.add(Rule.LABEL_UNKNOWN_CLASS);
        return null;
      }
      return (double) index;
    }
    Double number = number(label);
    if (number == null) {
      refused.add(Rule.LABEL_NOT_A_NUMBER);
    } else if (Math.abs(number) > Float.MAX_VALUE) {
      refused.add(Rule.LABEL_TOO_LARGE);
    }
    return number;
  }

  private Double number(String written) {
    if (decimal != '.' && written.indexOf('.') >= 0) {
      return null;
    }
    String text = written.replace(decimal, '.');
    for (int i = 0; i < text.length(); i++) {
      // Java alone would take NaN, 1f and 0x1p3 as well.
      if ("0123456789+-.eE".indexOf(text.charAt(i)) < 0) {
        return null;
      }
    }
    try {
      double number = Double.parseDouble(text);
      return Double.isFinite(number) ? number : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
