package io.codonloom;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JobsStructureTest {
  private static final List<String> FLOW =
      List.of("config", "input", "workspace", "store", "device", "encoding", "job", "cli");
  private static final JavaClasses JOBS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> location.contains("/jobs/"))
          .importPackages("io.codonloom");

  static Stream<String> packages() {
    return FLOW.stream().limit(FLOW.size() - 1L);
  }

  @ParameterizedTest
  @MethodSource("packages")
  void importsOnlyFromPackagesEarlierInTheFlow(String name) {
    String[] later =
        IntStream.range(FLOW.indexOf(name) + 1, FLOW.size())
            .mapToObj(i -> "io.codonloom." + FLOW.get(i) + "..")
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage("io.codonloom." + name + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(later)
        .allowEmptyShould(true)
        .check(JOBS);
  }
}
