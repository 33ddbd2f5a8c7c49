package io.codonloom.job.prepare;

import java.util.HashMap;
import java.util.Map;

/** Members joined two by two: a forest whose roots are the smallest of their family. */
final class Families {
  private final Map<Long, Long> parents = new HashMap<>();

  /** Joins two members' families; false if they were one already. */
  boolean join(long one, long other) {
    long first = root(one);
    long second = root(other);
    if (first == second) {
      return false;
    }
    parents.put(Math.max(first, second), Math.min(first, second));
    return true;
  }

  private long root(long member) {
    long at = member;
    while (true) {
      long parent = parents.computeIfAbsent(at, self -> self);
      if (parent == at) {
        return at;
      }
      // On the way every other member is hung one generation higher.
      long grandparent = parents.get(parent);
      parents.put(at, grandparent);
      at = grandparent;
    }
  }

  /** All members, sorted, and the smallest of each one's family. */
  long[][] members() {
    long[] all = parents.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
    long[] roots = new long[all.length];
    for (int i = 0; i < all.length; i++) {
      roots[i] = root(all[i]);
    }
    return new long[][] {all, roots};
  }

  /** How many families there are. */
  long count() {
    return parents.entrySet().stream().filter(e -> e.getKey().equals(e.getValue())).count();
  }

  /** How many members the largest family has. */
  long largest() {
    Map<Long, Long> sizes = new HashMap<>();
    for (long root : members()[1]) {
      sizes.merge(root, 1L, Long::sum);
    }
    return sizes.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }
}
