package io.codonloom;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Folders in the temporary one, where anybody may make a folder or a link of any name: what others
 * can write there is never read, loaded or written to.
 */
public final class OwnFolder {
  private OwnFolder() {}

  /**
   * The folder {@code NAME-USER} below {@code java.io.tmpdir}, made now if it is not there.
   *
   * @throws UserException if it is not this user's alone
   */
  public static Path temporary(String name) throws IOException {
    return require(
        Path.of(
            System.getProperty("java.io.tmpdir"), name + "-" + System.getProperty("user.name")));
  }

  /**
   * A folder that this user alone can write, made now if it is not there.
   *
   * @throws UserException if it is a link, another user's, or others can write it
   */
  public static Path require(Path folder) throws IOException {
    try {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException e) {
      // Made before, by whom is checked now.
    }
    PosixFileAttributes found =
        Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    boolean own =
        found.isDirectory()
            && found.owner().equals(Files.getOwner(Path.of("/proc/self")))
            && !found.permissions().contains(PosixFilePermission.GROUP_WRITE)
            && !found.permissions().contains(PosixFilePermission.OTHERS_WRITE);
    if (!own) {
      throw new UserException(
          folder
              + " is no folder that only this user can write: delete it, or name another temporary folder with -Djava.io.tmpdir=…");
    }
    return folder;
  }
}
