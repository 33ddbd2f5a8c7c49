package io.codonloom.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeCacheTest {
  private static final String TEMPORARY = "java.io.tmpdir";

  private final String before = System.getProperty(TEMPORARY);
  @TempDir Path folder;

  @BeforeEach
  void useAnotherFolder() {
    System.setProperty(TEMPORARY, folder.toString());
  }

  @AfterEach
  void useTheUsualOne() {
    System.setProperty(TEMPORARY, before);
  }

  private static Path copy(String name, int bytes) throws IOException {
    return NodeCache.file(name, out -> out.write(new byte[bytes]));
  }

  private static void used(Path copy, Duration ago) throws IOException {
    Files.setLastModifiedTime(copy, FileTime.from(Instant.now().minus(ago)));
  }

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".lock"))
          .toList();
    }
  }

  @Test
  void aLinkThatSomebodyPlantedIsNotFollowed() throws IOException {
    Path files = Files.createDirectory(folder.resolve("files of the user"));
    Path link = folder.resolve("codonloom-" + System.getProperty("user.name"));
    Files.createSymbolicLink(link, files);
    assertThatThrownBy(() -> copy("store/x", 3))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(link + " is no folder that only this user can write");
    assertThat(files).isEmptyDirectory();
  }

  @Test
  void aCopyThatFailsHalfWayLeavesNothing() throws IOException {
    Path root = copy("store/a", 1).getParent();
    assertThatThrownBy(
            () ->
                NodeCache.file(
                    "store/b",
                    out -> {
                      out.write(1);
                      throw new IOException("disk full");
                    }))
        .hasMessage("disk full");
    assertThat(names(root)).containsExactly("store-a");
    assertThat(copy("store/b", 2)).hasSize(2);
  }

  @Test
  void whatWasUsedLongestAgoGoesFirst() throws IOException {
    Path oldest = copy("store/oldest", 100);
    Path older = copy("store/older", 100);
    Path newest = copy("store/newest", 100);
    used(oldest, Duration.ofHours(3));
    used(older, Duration.ofHours(2));
    used(newest, Duration.ofHours(1));
    copy("store/oldest", 100); // used again
    LocalCopies.trim(newest.getParent(), 250);
    assertThat(names(newest.getParent())).containsExactlyInAnyOrder("store-oldest", "store-newest");
    LocalCopies.trim(newest.getParent(), 0);
    assertThat(names(newest.getParent())).as("the last one stays").containsExactly("store-oldest");
  }

  @Test
  void whatKilledProcessesLeftGoesAfterADay() throws IOException {
    Path copy = copy("store/a", 1);
    Path left = Files.writeString(copy.resolveSibling(".partial-1"), "left");
    Path fresh = Files.createDirectory(copy.resolveSibling(".partial-2"));
    Files.writeString(fresh.resolve("model.safetensors"), "in work");
    used(left, Duration.ofHours(25));
    LocalCopies.trim(copy.getParent(), 1 << 20);
    assertThat(names(copy.getParent())).containsExactlyInAnyOrder("store-a", ".partial-2");
  }

  @Test
  void whoHasOpenedACopyKeepsItAndItIsMadeAgainForOthers() throws IOException {
    byte[] content = {7, 8, 9};
    try (FileChannel channel = NodeCache.open("store/a", out -> out.write(content))) {
      MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, 3);
      Path copy = folder.resolve("codonloom-" + System.getProperty("user.name") + "/store-a");
      LocalCopies.delete(copy);
      assertThat(mapped).isEqualTo(ByteBuffer.wrap(content));
      assertThat(copy).doesNotExist();
      try (FileChannel again = NodeCache.open("store/a", out -> out.write(content))) {
        assertThat(again.size()).isEqualTo(3);
      }
    }
  }
}
