package io.codonloom.job.doctor;

import com.sun.management.OperatingSystemMXBean;
import io.codonloom.config.Encoding;
import io.codonloom.device.ExecutorMemory;
import io.codonloom.device.OnnxRuntime;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What can be said about this JVM and the machine that it runs on. */
final class Machine {
  private static final Path CPU_FACTS = Path.of("/proc/cpuinfo");
  private static final long LITTLE_SPACE = 2L << 30;

  private Machine() {}

  /**
   * All checks that need neither Spark nor a config.
   *
   * @param encoding how encoders run here
   * @param tasks whether Spark's tasks run in this JVM
   */
  static List<Finding> check(Encoding encoding, boolean tasks) {
    List<Finding> findings = new ArrayList<>();
    findings.add(Finding.of("java", () -> java(Runtime.version().feature())));
    findings.add(Finding.of("processor", () -> processor(cpuFacts())));
    findings.add(Finding.of("memory", Machine::memory));
    findings.add(Finding.of("temporary folder", Machine::temporaryFolder));
    if (tasks) {
      findings.add(Finding.of("threads", () -> threads(System.getenv("OMP_NUM_THREADS"))));
    }
    findings.add(Finding.of("ONNX Runtime", () -> Finding.ok("ONNX Runtime", OnnxRuntime.load())));
    findings.add(Finding.of("ND4J", () -> nd4j(cpuFacts())));
    findings.add(Finding.of("GPU", () -> Gpu.check(encoding)));
    return findings;
  }

  static Finding java(int feature) {
    String found =
        "%s %s in %s"
            .formatted(
                System.getProperty("java.vendor"),
                System.getProperty("java.version"),
                System.getProperty("java.home"));
    String advice = "use a JDK 17 (set JAVA_HOME)";
    if (feature >= 24) {
      return Finding.problem(
          "java", found, "Spark 3.5 does not start on Java 24 or newer: " + advice);
    }
    return feature == 17
        ? Finding.ok("java", found)
        : Finding.warning("java", found, "only Java 17 is tried: " + advice);
  }

  private static String cpuFacts() throws IOException {
    return Files.readString(CPU_FACTS);
  }

  static Finding processor(String cpuFacts) {
    Set<String> wanted = new TreeSet<>(Set.of("avx2", "avx512f"));
    wanted.retainAll(flags(cpuFacts));
    String found =
        String.format(
            Locale.ROOT,
            "%s, %d cores, %s",
            field(cpuFacts, "model name"),
            Runtime.getRuntime().availableProcessors(),
            wanted.isEmpty() ? "no AVX2" : String.join(", ", wanted));
    return hasAvx2(cpuFacts)
        ? Finding.ok("processor", found)
        : Finding.problem(
            "processor",
            found,
            "the jar's native libraries need AVX2: use another machine (Intel since 2013, AMD since 2015)");
  }

  private static boolean hasAvx2(String cpuFacts) {
    return flags(cpuFacts).contains("avx2");
  }

  private static List<String> flags(String cpuFacts) {
    return Arrays.asList(field(cpuFacts, "flags").split(" "));
  }

  /** A field of the first processor. */
  private static String field(String cpuFacts, String name) {
    return cpuFacts
        .lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }

  private static Finding memory() {
    long total =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    String given = System.getProperty(ExecutorMemory.LIMIT);
    String found =
        "%s, heap at most %s, process at most %s"
            .formatted(
                Finding.gib(total),
                Finding.gib(Runtime.getRuntime().maxMemory()),
                given == null ? "four times that" : given);
    if (Pointer.maxPhysicalBytes() > total) {
      return Finding.warning(
          "memory",
          found,
          "the process may grow beyond the machine's memory: lower %s and the heap"
              .formatted(ExecutorMemory.LIMIT));
    }
    Optional<String> killed =
        Optional.ofNullable(SparkEnv.get())
            .filter(spark -> TaskContext.get() != null)
            .flatMap(spark -> ExecutorMemory.problem(Pointer.maxPhysicalBytes(), spark.conf()));
    return killed
        .map(problem -> Finding.warning("memory", found, problem))
        .orElse(Finding.ok("memory", found));
  }

  /** Native libraries, checkpoints of other file systems and copies of shards go there. */
  private static Finding temporaryFolder() throws IOException {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    Files.delete(Files.createTempFile(folder, "codonloom-doctor-", ""));
    long free = Files.getFileStore(folder).getUsableSpace();
    String found = "%s, %s free".formatted(folder, Finding.gib(free));
    return free < LITTLE_SPACE
        ? Finding.warning(
            "temporary folder", found, "free some space, or name another with -Djava.io.tmpdir=…")
        : Finding.ok("temporary folder", found);
  }

  static Finding threads(String perTask) {
    return perTask == null
        ? Finding.warning(
            "threads",
            "OMP_NUM_THREADS is not set: each task starts as many threads as there are cores",
            "set spark.executorEnv.OMP_NUM_THREADS to spark.task.cpus (1 by default)")
        : Finding.ok("threads", "OMP_NUM_THREADS=" + perTask);
  }

  private static Finding nd4j(String cpuFacts) {
    if (!hasAvx2(cpuFacts)) {
      // The first instruction that the processor does not know would end this JVM.
      return Finding.problem("ND4J", "not tried, as the processor has no AVX2", "");
    }
    INDArray ones = Nd4j.ones(2, 2);
    float two = ones.mmul(ones).getFloat(0, 0);
    if (two != 2) {
      throw new IllegalStateException("1 · 1 + 1 · 1 came out as " + two);
    }
    return Finding.ok(
        "ND4J",
        "%s with %s"
            .formatted(
                Nd4j.getBackend().getClass().getSimpleName(),
                Nd4j.factory().blas().getBlasVendor()));
  }
}
