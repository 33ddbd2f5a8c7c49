package io.codonloom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Python and SQL of the documentation and the notebook, over the demo's workspace, by a Python
 * with {@code notebooks/requirements.txt}: {@code mvn -Ppython -Dcodonloom.python=PYTHON verify}.
 */
@Tag("python")
class PythonExamplesIT {
  private static final Path ROOT = Path.of(System.getProperty("codonloom.root"));

  @TempDir static Path folder;

  @BeforeAll
  static void runTheDemo() throws Exception {
    run(
        folder,
        ROOT.resolve("deploy/local/codonloom").toString(),
        "run",
        "--config",
        ROOT.resolve("conf/demo.conf").toString(),
        "--set",
        "dataset.input=" + ROOT.resolve("test-data/ecoli/ecoli_cds.csv"),
        "--set",
        "encoders.dna.checkpoint=" + ROOT.resolve("test-data/encoders/nt-v2-tiny"),
        "--set",
        "encoders.rna.checkpoint=" + ROOT.resolve("test-data/encoders/rna-fm-tiny"),
        "--set",
        "encoders.protein.checkpoint=" + ROOT.resolve("test-data/encoders/esm2-tiny"));
  }

  private static String run(Path directory, String... command) throws Exception {
    Path log = Files.createTempFile(folder, "log", ".txt");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    int code = process.waitFor();
    String text = Files.readString(log);
    assertThat(code).as(text).isZero();
    return text;
  }

  private static String python(Path directory, String program) throws Exception {
    return run(directory, System.getProperty("codonloom.python"), "-c", program);
  }

  private static List<String> blocks(String language) throws IOException {
    return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(ROOT.resolve("jobs/README.md")))
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }

  @Test
  void thePythonOfTheDocumentationRuns() throws Exception {
    List<String> programs = blocks("python");
    assertThat(programs).isNotEmpty();
    for (String program : programs) {
      assertThat(python(folder, program)).contains("train", "val", "test");
    }
  }

  @Test
  void theSqlOfTheDocumentationRuns() throws Exception {
    List<String> queries = blocks("sql");
    assertThat(queries).isNotEmpty();
    for (String query : queries) {
      for (String one : query.split(";", -1)) {
        if (!one.isBlank()) {
          String rows = python(folder, "import duckdb\nprint(duckdb.sql('''" + one + "'''))");
          assertThat(rows).containsAnyOf("train", "protein");
        }
      }
    }
  }

  @Test
  void everyTableIsScannedByItsFolderAndTheStoreByItsParquetFiles() throws Exception {
    String rows =
        python(
            folder,
            """
            import duckdb, pandas, polars, pyarrow.dataset
            folder = "work/demo/"
            for table in ["sequences", "labels", "splits", "rejects", "embeddings/tiny", "runs/mil/predictions"]:
                path = folder + table
                counts = {
                    polars.scan_parquet(path + "/**/*.parquet", hive_partitioning=True).collect().height,
                    pyarrow.dataset.dataset(path, partitioning="hive").count_rows(),
                    len(pandas.read_parquet(path)),
                    duckdb.sql(f"select count(*) from read_parquet('{path}/**/*.parquet', hive_partitioning = true)").fetchone()[0],
                }
                if not table.startswith("embeddings"):
                    counts.add(polars.scan_parquet(path).collect().height)
                assert len(counts) == 1, (table, counts)
                print(table, counts)
            """);
    assertThat(rows).contains("labels {490}", "embeddings/tiny {1470}");
  }

  @Test
  void theNotebookRunsFromItsFirstCellToItsLast() throws Exception {
    Path notebooks = Files.createDirectory(folder.resolve("notebooks"));
    Files.copy(ROOT.resolve("notebooks/results.ipynb"), notebooks.resolve("results.ipynb"));
    String printed =
        python(
            notebooks,
            """
            import nbclient, nbformat
            notebook = nbformat.read("results.ipynb", as_version=4)
            nbclient.NotebookClient(notebook, kernel_name="python3").execute()
            print([o.get("text", "") for c in notebook.cells for o in c.get("outputs", [])])
            """);
    assertThat(printed).contains("rows = 490 labels + 9 rejects");
  }
}
