package io.codonloom.encoder;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** Says in which fields two fingerprints differ. */
public final class FieldDifference {
  private static final int SHOWN_CHARACTERS = 12;

  private FieldDifference() {}

  /** Each field that differs, as "layer is 6 there and 5 now"; empty where none does. */
  public static String of(Map<String, String> there, Map<String, String> now) {
    TreeSet<String> names = new TreeSet<>(there.keySet());
    names.addAll(now.keySet());
    List<String> parts = new ArrayList<>();
    for (String name : names) {
      String old = there.get(name);
      String here = now.get(name);
      if (!Objects.equals(old, here)) {
        parts.add("%s is %s there and %s now".formatted(name, shown(old), shown(here)));
      }
    }
    return String.join(", ", parts);
  }

  private static String shown(String value) {
    if (value == null) {
      return "absent";
    }
    // Nobody reads a whole hash.
    return value.matches("[0-9a-f]{64}") ? value.substring(0, SHOWN_CHARACTERS) + "…" : value;
  }
}
