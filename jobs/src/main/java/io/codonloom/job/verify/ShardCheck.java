package io.codonloom.job.verify;

import io.codonloom.UserException;
import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.sequence.Modality;
import io.codonloom.store.EmbeddingShard;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Reads one shard to its end and holds it against the store's plan. */
final class ShardCheck {
  private static final String AGAIN = "delete it and run embed";

  private final Path file;
  private final String dtype;
  private final Map<String, Planned> planned = new HashMap<>();
  private final Findings findings = new Findings("");
  private final Set<String> found = new HashSet<>();
  private final Set<Integer> dims = new TreeSet<>();
  private final Map<String, List<String>> examples = new TreeMap<>();

  /**
   * An input that the plan gives to the shard.
   *
   * @param last whether no later generation gives it to another shard
   * @param known whether its text is in the sequences table
   * @param quarantined whether it could not be encoded
   */
  record Planned(String key, int codons, boolean last, boolean known, boolean quarantined)
      implements Serializable {}

  /**
   * What was found.
   *
   * @param dims numbers per codon that occur
   */
  record Result(String modality, String path, Checked checked, List<Integer> dims)
      implements Serializable {}

  private ShardCheck(Path file, String dtype, List<Planned> inputs) {
    this.file = file;
    this.dtype = dtype;
    inputs.forEach(input -> planned.put(input.key(), input));
  }

  /**
   * Checks a shard.
   *
   * @param conf under which pages are held against their checksums
   * @param dtype that the store's identity names
   */
  static Result of(
      Configuration conf,
      Path store,
      Modality modality,
      String shard,
      String dtype,
      List<Planned> inputs)
      throws IOException {
    Path file = EmbeddingShard.file(store, modality, shard);
    ShardCheck check = new ShardCheck(file, dtype, inputs);
    check.run(conf);
    return new Result(
        modality.id(), file.toString(), check.findings.checked(), List.copyOf(check.dims));
  }

  private void run(Configuration conf) throws IOException {
    long bytes;
    try {
      bytes = file.getFileSystem(conf).getFileStatus(file).getLen();
    } catch (FileNotFoundException e) {
      // A shard whose texts are all gone, or were planned anew, is needed by nobody.
      if (planned.values().stream().anyMatch(input -> input.last() && input.known())) {
        findings.problem(file, "the shard is missing", "run embed");
      }
      return;
    }
    try {
      EmbeddingShard.forEach(conf, file, this::row);
    } catch (UserException e) {
      String reason =
          e.getCause() == null ? "a row does not fit its checksum" : ParquetFiles.reason(e);
      findings.problem(file, "it is damaged (%s)".formatted(reason), AGAIN);
      return;
    }
    findings.read(found.size(), bytes);
    for (Planned input : planned.values()) {
      if (input.last() && !input.quarantined() && !found.contains(input.key())) {
        add("lacks inputs that the plan gives it", input.key());
      }
    }
    examples.forEach(
        (what, keys) ->
            findings.problem(
                file,
                String.format(
                    Locale.ROOT, "it %s (%,d, for instance %s)", what, keys.size(), keys.get(0)),
                AGAIN));
  }

  private void row(CodonEmbedding row) {
    Planned input = planned.get(row.key());
    if (!found.add(row.key())) {
      add("holds inputs twice", row.key());
    } else if (input == null) {
      add("holds inputs that the plan does not give it", row.key());
    } else if (row.startCodon() != 0 || row.endCodon() != input.codons()) {
      add("has not one vector for each codon of its inputs", row.key());
    }
    if (!row.dtype().id().equals(dtype)) {
      add("holds %s in a store of %s".formatted(row.dtype().id(), dtype), row.key());
    }
    dims.add(row.dim());
  }

  private void add(String what, String key) {
    examples.computeIfAbsent(what, w -> new ArrayList<>()).add(key);
  }
}
