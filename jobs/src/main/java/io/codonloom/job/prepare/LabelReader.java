package io.codonloom.job.prepare;

import io.codonloom.config.Dataset;
import io.codonloom.config.Task;
import io.codonloom.sequence.Policy;
import io.codonloom.sequence.Rule;
import io.codonloom.sequence.Rules;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Reads labels: numbers for regression, the index of a class for classification. */
final class LabelReader implements Serializable {
  private static final long serialVersionUID = 1L;

  private final boolean classification;
  private final boolean keepMissing;
  private final char decimal;
  private final Map<String, Integer> classes = new HashMap<>();

  LabelReader(Dataset dataset, Rules rules) {
    classification = dataset.task() == Task.CLASSIFICATION;
    keepMissing = rules.labelMissing() == Policy.KEEP;
    decimal = dataset.decimal().charAt(0);
    for (String name : dataset.classes()) {
      classes.put(name, classes.size());
    }
  }

  /**
   * Reads one.
   *
   * @param text null or blank where there is none
   * @param refused and {@code kept} take the rule that the label breaks, if any
   * @return null if there is no label
   */
  Double read(String text, Set<Rule> refused, Set<Rule> kept) {
    if (text == null || text.isBlank()) {
      (keepMissing ? kept : refused).add(Rule.LABEL_MISSING);
      return null;
    }
    String label = text.strip();
    if (classification) {
      Integer index = classes.get(label);
      if (index == null) {
        refused.add(Rule.LABEL_UNKNOWN_CLASS);
        return null;
      }
      return (double) index;
    }
    Double number = number(label);
    if (number == null) {
      refused.add(Rule.LABEL_NOT_A_NUMBER);
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
