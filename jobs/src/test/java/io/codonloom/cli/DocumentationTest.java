package io.codonloom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.codonloom.config.Experiment;
import io.codonloom.sequence.Rule;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What the documentation names is what there is, and nothing else. */
class DocumentationTest {
  private static final Path ROOT = Path.of(System.getProperty("codonloom.root"));
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  @Test
  void everyKeyOfTheConfigIsThereWithItsDefault() throws IOException {
    Map<String, String> documented = new TreeMap<>();
    for (List<String> row : rows("conf/README.md", "key")) {
      documented.put(plain(row.get(0)), plain(row.get(1)));
    }
    Map<String, String> keys = new TreeMap<>();
    collect(Experiment.class, "", keys);
    assertThat(documented.keySet()).isEqualTo(keys.keySet());
    assertThat(documented).allSatisfy((key, value) -> assertThat(value).isEqualTo(keys.get(key)));
  }

  /** Keys with their built-in defaults. Elements of lists and maps have the key of their list. */
  private static void collect(Class<?> type, String path, Map<String, String> keys) {
    for (RecordComponent component : type.getRecordComponents()) {
      String kebab = component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
      String key = path.isEmpty() ? kebab : path + "." + kebab;
      Class<?> record = record(component.getGenericType());
      if (record != null) {
        collect(record, key, keys);
      } else {
        keys.put(key, builtIn(key));
      }
    }
  }

  private static Class<?> record(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      return record(arguments[arguments.length - 1]);
    }
    return type instanceof Class<?> one && one.isRecord() ? one : null;
  }

  private static String builtIn(String key) {
    Config defaults = ConfigFactory.parseResources("io/codonloom/config/defaults.conf");
    String element = "element-defaults." + key;
    String path = defaults.hasPathOrNull(element) ? element : key;
    if (!defaults.hasPathOrNull(path)) {
      return "–";
    }
    return defaults.getIsNull(path) ? "none" : text(defaults.getValue(path).unwrapped());
  }

  private static String text(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(DocumentationTest::text).toList().toString();
    }
    if (value instanceof Map<?, ?> map) {
      return new TreeMap<>(map)
          .entrySet().stream()
              .map(entry -> entry.getKey() + " " + text(entry.getValue()))
              .collect(Collectors.joining(", "));
    }
    return value instanceof Double number && number < 1e-3
        ? String.format(Locale.ROOT, "%.0e", number).replace("e-0", "e-")
        : value.toString();
  }

  @Test
  void everyVerbIsThereInBothTables() throws IOException {
    Set<String> verbs = CommandLineTest.verbs();
    for (String page : List.of("README.md", "jobs/README.md")) {
      assertThat(rows(page, "verb").stream().map(row -> plain(row.get(0))))
          .as(page)
          .containsExactlyInAnyOrderElementsOf(verbs);
    }
    List<String> sections =
        Files.readAllLines(ROOT.resolve("jobs/README.md")).stream()
            .filter(line -> line.startsWith("## "))
            .map(line -> line.substring(3))
            .toList();
    assertThat(sections).containsAll(verbs);
  }

  @Test
  void everyOptionIsThere() throws IOException {
    Set<String> options =
        new CommandLine(new Codonloom())
            .getSubcommands().values().stream()
                .flatMap(verb -> verb.getCommandSpec().options().stream())
                .map(OptionSpec::longestName)
                .collect(Collectors.toCollection(TreeSet::new));
    assertThat(names("jobs/README.md", "option")).isEqualTo(options);
  }

  @Test
  void everyRuleIsThere() throws IOException {
    assertThat(names("jobs/README.md", "rule"))
        .isEqualTo(
            Arrays.stream(Rule.values())
                .map(Rule::id)
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void everyLinkLeadsToAFileAndAHeadingThatIsThere() throws IOException {
    for (String page :
        List.of(
            "README.md",
            "conf/README.md",
            "jobs/README.md",
            "lib/README.md",
            "deploy/README.md",
            "jobs/bench/README.md",
            "conf/results/README.md")) {
      Path file = ROOT.resolve(page);
      for (MatchResult link : LINK.matcher(Files.readString(file)).results().toList()) {
        String target = link.group(1);
        if (target.startsWith("http")) {
          continue;
        }
        int hash = target.indexOf('#');
        String path = hash < 0 ? target : target.substring(0, hash);
        Path to = path.isEmpty() ? file : file.resolveSibling(path);
        assertThat(to).as("%s: %s", page, target).exists();
        if (hash >= 0) {
          assertThat(headings(to)).as("%s: %s", page, target).contains(target.substring(hash + 1));
        }
      }
    }
  }

  private static List<String> headings(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith("#"))
        .map(
            line ->
                line.replaceFirst("#+ ", "")
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-'))
        .toList();
  }

  @Test
  void theFirstPageIsReadInTwoMinutes() throws IOException {
    assertThat(Files.readAllLines(ROOT.resolve("README.md"))).hasSizeLessThanOrEqualTo(150);
  }

  /** The names in the first cells. */
  private static Set<String> names(String page, String header) throws IOException {
    return rows(page, header).stream()
        .flatMap(row -> names(row.get(0)).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What a cell names, in its order. */
  static List<String> names(String cell) {
    return CODE.matcher(cell).results().map(match -> match.group(1)).toList();
  }

  /** The cells of all tables of a page whose first header is this one. */
  static List<List<String>> rows(String page, String header) throws IOException {
    Map<Integer, List<String>> found = new LinkedHashMap<>();
    boolean inside = false;
    List<String> lines = Files.readAllLines(ROOT.resolve(page));
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (!line.startsWith("|")) {
        inside = false;
      } else if (line.startsWith("| " + header + " |")) {
        inside = true;
      } else if (inside && !line.startsWith("|--")) {
        found.put(i, Stream.of(line.substring(1).split("\\|")).map(String::strip).toList());
      }
    }
    assertThat(found).as(page + " has no table of " + header).isNotEmpty();
    return List.copyOf(found.values());
  }

  private static String plain(String cell) {
    return cell.replace("`", "");
  }
}
