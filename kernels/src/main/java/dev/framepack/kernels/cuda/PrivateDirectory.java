package dev.framepack.kernels.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A folder no other user can write to, and the verified native files in it. */
final class PrivateDirectory {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path path;
  private final boolean temporary;

  private PrivateDirectory(Path path, boolean temporary) {
    this.path = path;
    this.temporary = temporary;
  }

  /**
   * @param configured a folder to use and keep, made when missing; without one, a fresh folder that
   *     is deleted with {@link #discard}
   * @throws IOException when the folder cannot be made or others may write to it
   */
  static PrivateDirectory open(@Nullable String configured) throws IOException {
    if (configured == null) {
      return new PrivateDirectory(Files.createTempDirectory("framepack-native-"), true);
    }
    Path path = Path.of(configured).toAbsolutePath();
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(path.getParent());
      Files.createDirectory(path, OWNER_ONLY);
    }
    checkPrivate(path);
    return new PrivateDirectory(path, false);
  }

  private static void checkPrivate(Path path) throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    String mode = PosixFilePermissions.toString(attributes.permissions());
    if (!attributes.isDirectory()) {
      throw new IOException(path + ": must be a folder, not a link or a file");
    }
    if (mode.charAt(4) == 'w' || mode.charAt(7) == 'w') {
      throw new IOException(path + ": others may write to it (" + mode + "); chmod 700 it");
    }
    String owner = attributes.owner().getName();
    String user = Files.getOwner(Path.of("/proc/self")).getName();
    if (!owner.equals(user) && !owner.equals("root")) {
      throw new IOException(path + ": belongs to " + owner + ", this process to " + user);
    }
  }

  Path path() {
    return path;
  }

  /**
   * Writes a file, or keeps the one that is there, and checks its content.
   *
   * @param content the published bytes, unchecked
   * @throws IOException when the content is not what the hash says: nothing was or is loaded then
   */
  Path place(String fileName, byte[] content, String sha256) throws IOException {
    Path file = path.resolve(fileName);
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(file + ": must be a regular file; delete it");
      }
      check(file.toString(), Files.readAllBytes(file), sha256);
      return file;
    }
    check("resource /lib/" + fileName, content, sha256);
    Path partial = path.resolve(fileName + "." + UUID.randomUUID());
    Files.write(partial, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    return file;
  }

  private static void check(String what, byte[] content, String sha256) throws IOException {
    String found = sha256(content);
    if (!found.equals(sha256)) {
      throw new IOException(
          "%s: SHA-256 must be %s, found %s; it is damaged or was tampered with, delete it"
              .formatted(what, sha256, found));
    }
  }

  static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is missing from this Java runtime", e);
    }
  }

  /** Deletes a fresh folder: a loaded library needs its file no longer. */
  void discard(Path file) throws IOException {
    if (temporary) {
      Files.deleteIfExists(file);
      Files.deleteIfExists(path);
    }
  }
}
