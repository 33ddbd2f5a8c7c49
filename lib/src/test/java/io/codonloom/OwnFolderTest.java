package io.codonloom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnFolderTest {
  @TempDir Path folder;

  private static void assertRefused(Path path) {
    assertThatThrownBy(() -> OwnFolder.require(path))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(path + " is no folder that only this user can write: ")
        .hasMessageContaining("-Djava.io.tmpdir");
  }

  @Test
  void isMadeForThisUserAlone() throws IOException {
    Path own = OwnFolder.require(folder.resolve("own"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
        .isEqualTo("rwx------");
    assertThat(OwnFolder.require(own)).isEqualTo(own);
  }

  @Test
  void aPlantedLinkIsRefused() throws IOException {
    Path target = Files.createDirectory(folder.resolve("the user's own files"));
    assertRefused(Files.createSymbolicLink(folder.resolve("link"), target));
    assertRefused(Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("no")));
    assertRefused(Files.createFile(folder.resolve("file")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxrwx---", "rwxr-xrwx"})
  void aFolderThatOthersCanWriteIsRefused(String permissions) throws IOException {
    Path open = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString(permissions));
    assertRefused(open);
  }

  @Test
  void aFolderOfAnotherUserIsRefused() throws IOException {
    Path other = Path.of("/proc/1");
    if (Files.getOwner(other).equals(Files.getOwner(Path.of("/proc/self")))) {
      other = Files.createDirectory(folder.resolve("given away")); // Root can.
      Files.setOwner(
          other,
          other.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
    }
    assertRefused(other);
  }
}
