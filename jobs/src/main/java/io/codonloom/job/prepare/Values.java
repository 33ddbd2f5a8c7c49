package io.codonloom.job.prepare;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a value of the input is told from none, and from the same value written otherwise. */
final class Values implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Pattern WHOLE = Pattern.compile("(-?\\d+)\\.0*");
  private static final Pattern UNSHOWN = Pattern.compile("[\\p{Cntrl}\\p{Cf}]+");
  private static final int SHOWN = 40;

  private final HashSet<String> missing = new HashSet<>();

  /**
   * @param missing what stands for no value, in whatever case
   * @param names what is a value all the same
   */
  Values(List<String> missing, List<String> names) {
    missing.forEach(value -> this.missing.add(lower(value)));
    names.forEach(name -> this.missing.remove(lower(name)));
  }

  /** The value without blanks around it; null if it stands for none. */
  String present(String field) {
    if (field == null || field.isBlank()) {
      return null;
    }
    String value = field.strip();
    return missing.contains(lower(value)) ? null : value;
  }

  /** The same for {@code 1} and {@code 1.0}, for {@code true} and {@code True}. */
  static String canonical(String value) {
    Matcher whole = WHOLE.matcher(value);
    if (whole.matches()) {
      return whole.group(1);
    }
    String lower = lower(value);
    return lower.equals("true") || lower.equals("false") ? lower : value;
  }

  /** For a message. */
  static String shown(String value) {
    String text = UNSHOWN.matcher(value).replaceAll(" ");
    return "'" + (text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text) + "'";
  }

  private static String lower(String value) {
    return value.strip().toLowerCase(Locale.ROOT);
  }
}
