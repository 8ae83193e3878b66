package dev.framepack.engine.text;

import dev.framepack.engine.NativeLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A fresh folder that only this user can reach, to unpack native code into; gone when closed, which
 * loaded code does not mind. It lies in the temporary folder or in the one that {@value #PROPERTY}
 * names.
 */
final class UnpackFolder implements AutoCloseable {
  static final String REMEDY =
      "set -Dframepack.native.dir to a folder of your own that allows execution";

  private static final String PROPERTY = "framepack.native.dir";
  private static final String PREFIX = "framepack-tokenizers-";

  private final Path path;

  private UnpackFolder(Path path) {
    this.path = path;
  }

  /**
   * Makes one.
   *
   * @throws NativeLoadException {@code NATIVE_TOKENIZERS} when none can be made, or nothing in it
   *     may be executed
   */
  static UnpackFolder open() {
    @Nullable String configured = System.getProperty(PROPERTY);
    try {
      Path path =
          configured == null
              ? Files.createTempDirectory(PREFIX)
              : Files.createTempDirectory(Files.createDirectories(Path.of(configured)), PREFIX);
      UnpackFolder folder = new UnpackFolder(path);
      if (!folder.allowsExecution()) {
        folder.close();
        throw failure(path + " forbids execution", null);
      }
      return folder;
    } catch (IOException e) {
      throw failure("a private folder could not be made (" + e + ")", e);
    }
  }

  private static NativeLoadException failure(String what, @Nullable Throwable cause) {
    return new NativeLoadException(
        "NATIVE_TOKENIZERS", "the tokenizer library cannot be unpacked: " + what, REMEDY, cause);
  }

  private boolean allowsExecution() throws IOException {
    Path probe = path.resolve("probe");
    Files.createFile(
        probe, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    boolean allowed = Files.isExecutable(probe);
    Files.delete(probe);
    return allowed;
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      System.getLogger(UnpackFolder.class.getName())
          .log(System.Logger.Level.WARNING, "temporary folder " + path + " was not removed", e);
    }
  }
}
