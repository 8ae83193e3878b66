package dev.framepack.kernels.cuda;

import dev.framepack.kernels.gpu.device.DeviceUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Loads JCuda's native libraries from a private folder, each checked against its published hash.
 *
 * <p>Left alone, JCuda loads {@code java.io.tmpdir/lib*.so} when such a file exists, whoever put it
 * there. It reads that property when a class of it is initialised; for that moment alone, under a
 * lock, the property names the private folder, where the verified file already lies. The setting
 * {@code framepack.native.dir} names a folder to use instead of a fresh one.
 */
final class NativeLibraries {
  static final String DIRECTORY_SETTING = "framepack.native.dir";
  private static final String TEMPORARY = "java.io.tmpdir";

  private static final Set<NativeLibrary> LOADED = EnumSet.noneOf(NativeLibrary.class);

  private NativeLibraries() {}

  /**
   * Loads a library, once.
   *
   * @throws DeviceUnavailableException with the deepest cause and what to do
   */
  static void load(NativeLibrary library) {
    // One lock for the whole process, whatever class loaders hold this class.
    synchronized (Runtime.getRuntime()) {
      if (!LOADED.contains(library)) {
        place(library, System.getProperty(DIRECTORY_SETTING));
        LOADED.add(library);
      }
    }
  }

  /** Each library: its file, where it is placed for loading, its SHA-256. */
  static List<String> describe() {
    String configured = System.getProperty(DIRECTORY_SETTING);
    String place =
        configured == null ? "a fresh private folder, deleted once it is loaded" : configured;
    return Arrays.stream(NativeLibrary.values())
        .map(
            library -> "%s in %s, sha256 %s".formatted(library.fileName(), place, library.sha256()))
        .toList();
  }

  private static void place(NativeLibrary library, @Nullable String configured) {
    try {
      PrivateDirectory directory = PrivateDirectory.open(configured);
      Path file = null;
      try {
        file = directory.place(library.fileName(), resource(library), library.sha256());
        initialise(library, directory.path());
      } finally {
        directory.discard(file == null ? directory.path() : file);
      }
    } catch (IOException e) {
      throw new DeviceUnavailableException(
          "%s cannot be placed: %s; set %s to a folder of your own"
              .formatted(library.fileName(), e.getMessage(), DIRECTORY_SETTING),
          e);
    }
  }

  private static byte[] resource(NativeLibrary library) throws IOException {
    try (InputStream in = NativeLibraries.class.getResourceAsStream("/lib/" + library.fileName())) {
      if (in == null) {
        throw new IOException("not on the class path (JCuda's natives for linux-x86_64)");
      }
      return in.readAllBytes();
    }
  }

  private static void initialise(NativeLibrary library, Path directory) {
    String shared = System.setProperty(TEMPORARY, directory.toString());
    try {
      Class.forName(library.owner(), true, NativeLibraries.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      throw new DeviceUnavailableException(
          library.fileName() + " cannot be loaded: " + reason(e), e);
    } finally {
      System.setProperty(TEMPORARY, shared == null ? "/tmp" : shared);
    }
  }

  /** The line that says why, out of the nested traces JCuda puts into its message. */
  static String reason(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    if (message.contains("already loaded in another classloader")) {
      return "another class loader of this process holds it; put the kernels module and JCuda on"
          + " their common parent";
    }
    return message
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("java.lang.UnsatisfiedLinkError:"))
        .reduce((first, last) -> last)
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .orElse(message.lines().findFirst().orElse(failure.toString()));
  }
}
