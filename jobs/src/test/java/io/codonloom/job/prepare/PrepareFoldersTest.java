package io.codonloom.job.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.codonloom.UserException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of text files that are called as columns; those of Parquet are in its own test. */
class PrepareFoldersTest {
  private static final String HEADER = "id,sequence,label\n";
  private static final String ROW = ",ATGGCTTAA,1\n";

  @TempDir Path folder;

  private PrepareFixture fixture() {
    return new PrepareFixture(folder);
  }

  private PrepareFixture whole(PrepareFixture fixture) {
    return fixture.input(folder.resolve("in").toUri().toString());
  }

  @Test
  void foldersNamedAsColumnsAreColumnsOfDelimitedText() {
    PrepareFixture fixture =
        fixture()
            .file("in/species=human/cell=a/part-0.csv", HEADER + "1" + ROW)
            .file("in/species=mus%20musculus/cell=b/part-0.csv", HEADER + "2" + ROW)
            .file("in/species=__HIVE_DEFAULT_PARTITION__/cell=b/part-1.csv", HEADER + "3" + ROW)
            .covariates("species")
            .group("cell");
    assertThat(whole(fixture).run().accepted()).isEqualTo(3);
    assertThat(fixture.labelRows())
        .extracting(row -> row.getJavaMap(row.fieldIndex("covariates")).get("species"))
        .containsExactly("human", "mus musculus", null);
    assertThat(fixture.labelRows())
        .extracting(row -> row.getJavaMap(row.fieldIndex("covariates")).get("cell"))
        .containsExactly("a", "b", "b");
  }

  @Test
  void aColumnOfTheFileCountsMoreAndTheFolderMayBeAPieceOfTheId() {
    PrepareFixture fixture =
        fixture()
            .file(
                "in/species=fly/batch=x/a.tsv",
                "id\tsequence\tlabel\tspecies\n1\tATGGCTTAA\t1\tworm\n")
            .file(
                "in/species=fly/batch=y/a.tsv",
                "id\tsequence\tlabel\tspecies\n1\tATGGCTTAA\t1\tworm\n")
            .id("id", "batch")
            .covariates("species");
    assertThat(whole(fixture).run().accepted()).isEqualTo(2);
    assertThat(fixture.labelRows())
        .extracting(
            row -> row.getAs("row_id"),
            row -> row.getJavaMap(row.fieldIndex("covariates")).get("species"))
        .containsExactly(tuple("1|x", "worm"), tuple("1|y", "worm"));
  }

  @Test
  void aFileThatLiesInNoSuchFolderIsNamed() {
    PrepareFixture fixture =
        fixture()
            .file("in/species=human/a.csv", HEADER + "1" + ROW)
            .file("in/z.csv", HEADER + "2" + ROW)
            .covariates("species");
    assertThatThrownBy(whole(fixture)::run)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("z.csv has no column 'species'");
  }

  @Test
  void theSeparatorIsFoundThoughAColumnIsGivenByAFolder() {
    PrepareFixture fixture =
        fixture()
            .file("in/species=human/a.csv", HEADER.replace(',', ';') + "1;ATGGCTTAA;1\n")
            .covariates("species");
    assertThat(whole(fixture).run().accepted()).isEqualTo(1);
  }
}
