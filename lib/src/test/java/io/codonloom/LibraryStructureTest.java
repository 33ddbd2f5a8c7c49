package io.codonloom;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LibraryStructureTest {
  private static final List<String> FLOW =
      List.of(
          "sequence",
          "tensor",
          "device",
          "encoder",
          "embedding",
          "fusion",
          "metric",
          "model",
          "training",
          "report");
  private static final JavaClasses LIBRARY =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.codonloom");

  static Stream<String> packages() {
    return FLOW.stream();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void importsOnlyFromPackagesEarlierInTheFlow(String name) {
    String[] later =
        IntStream.range(FLOW.indexOf(name) + 1, FLOW.size())
            .mapToObj(i -> "io.codonloom." + FLOW.get(i) + "..")
            .toArray(String[]::new);
    if (later.length > 0) {
      noClasses()
          .that()
          .resideInAPackage("io.codonloom." + name + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(later)
          .allowEmptyShould(true)
          .check(LIBRARY);
    }
  }

  @Test
  void enginesKnowTheEncoderAndNotEachOther() {
    String encoder = "io.codonloom.encoder";
    String[] engines = {encoder + ".onnx..", encoder + ".torch..", encoder + ".engine.."};
    noClasses()
        .that()
        .resideInAPackage(encoder)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(engines)
        .check(LIBRARY);
    for (String engine : List.of(engines[0], engines[1])) {
      String[] others =
          Stream.of(engines).filter(other -> !other.equals(engine)).toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage(engine)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(others)
          .allowEmptyShould(true)
          .check(LIBRARY);
    }
  }

  @Test
  void knowsNoSparkAndNoHadoop() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "org.apache.parquet..")
        .check(LIBRARY);
  }
}
