package io.codonloom.device;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How large an executor's process may become. Networks and encoders work outside the heap; ND4J
 * refuses arrays beyond JavaCPP's limit of the whole process, by default four times the heap. On
 * YARN and Kubernetes a process that grows beyond its heap and {@code
 * spark.executor.memoryOverhead} is killed without a word, so that its limit must be lower. JavaCPP
 * reads it once, when the first array is made, hence from the options that the JVM is started with.
 */
public final class ExecutorMemory {
  /** The limit of the whole process: what ND4J's arrays are held against. */
  public static final String LIMIT = "org.bytedeco.javacpp.maxphysicalbytes";

  private static final Logger LOG = LoggerFactory.getLogger(ExecutorMemory.class);
  private static final String OPTIONS = "spark.executor.extraJavaOptions";
  private static final String OVERHEAD = "spark.executor.memoryOverhead";
  private static final Pattern GIVEN =
      Pattern.compile("-D" + LIMIT + "=(\\d+)([kmgt]?)b?", Pattern.CASE_INSENSITIVE);
  private static final String UNITS = "kmgt";
  private static final long MIB = 1 << 20;

  /** Beside the heap, for the JVM itself and the arrays of one task at the paper's widths. */
  private static final long LITTLE = 1024 * MIB;

  private ExecutorMemory() {}

  /**
   * What to add to Spark's settings before it starts, so that executors keep to their memory. Logs
   * a line where that is little, or where the user has set a limit beyond it.
   */
  public static Map<String, String> settings(SparkConf conf) {
    OptionalLong process = process(conf);
    if (process.isEmpty()) {
      return Map.of();
    }
    long beside = process.getAsLong() - heap(conf);
    if (beside < LITTLE) {
      LOG.warn(
          "executors have {} MiB beside their heap, where networks and encoders work; set {}={}m or more",
          beside / MIB,
          OVERHEAD,
          2 * LITTLE / MIB);
    }
    String options = conf.get(OPTIONS, "");
    OptionalLong given = given(options);
    if (given.isEmpty()) {
      return Map.of(OPTIONS, (options + " " + option(process.getAsLong())).strip());
    }
    problem(given.getAsLong(), process).ifPresent(LOG::warn);
    return Map.of();
  }

  /**
   * What is wrong with an executor's limit.
   *
   * @param limit in bytes
   */
  public static Optional<String> problem(long limit, SparkConf conf) {
    return problem(limit, process(conf));
  }

  private static Optional<String> problem(long limit, OptionalLong process) {
    return process.isEmpty() || limit <= process.getAsLong()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "an executor may grow to %d MiB, but is killed beyond %d MiB: put %s into %s, or raise %s",
                limit / MIB,
                process.getAsLong() / MIB,
                option(process.getAsLong()),
                OPTIONS,
                OVERHEAD));
  }

  private static String option(long bytes) {
    return String.format(Locale.ROOT, "-D%s=%dm", LIMIT, bytes / MIB);
  }

  /** How large an executor may become, where something or someone limits it. */
  private static OptionalLong process(SparkConf conf) {
    String master = conf.get("spark.master", "local");
    boolean killed = master.startsWith("yarn") || master.startsWith("k8s");
    long overhead = conf.getSizeAsMb(OVERHEAD, "0") * MIB;
    if (overhead == 0 && killed) {
      double factor = conf.getDouble("spark.executor.memoryOverheadFactor", 0.1);
      overhead = Math.max(384 * MIB, (long) (factor * heap(conf)));
    }
    return overhead == 0 || master.startsWith("local[") || master.equals("local")
        ? OptionalLong.empty()
        : OptionalLong.of(heap(conf) + overhead);
  }

  private static long heap(SparkConf conf) {
    return conf.getSizeAsMb("spark.executor.memory", "1g") * MIB;
  }

  private static OptionalLong given(String options) {
    Matcher matcher = GIVEN.matcher(options);
    if (!matcher.find()) {
      return OptionalLong.empty();
    }
    int unit =
        matcher.group(2).isEmpty() ? -1 : UNITS.indexOf(matcher.group(2).toLowerCase(Locale.ROOT));
    return OptionalLong.of(Long.parseLong(matcher.group(1)) << (10 * (unit + 1)));
  }
}
