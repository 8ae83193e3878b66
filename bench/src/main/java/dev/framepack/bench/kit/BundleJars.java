package dev.framepack.bench.kit;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * The jars of the running program, less what a GPU machine has no use for: video encoder, optional
 * libraries, the PTX compiler, and native code of other systems.
 */
final class BundleJars {
  private static final List<String> LEFT_OUT =
      List.of("jave-nativebin", "jcublas", "jcudnn", "jcusparse", "jcusolver");

  private static final List<String> FOREIGN =
      List.of(
          "native/lib/linux-aarch64/",
          "native/lib/osx-",
          "native/lib/win-",
          "lib/libJNvPTXCompiler",
          "lib/libJNvrtc",
          "lib/libJCudaRuntime");

  private BundleJars() {}

  /** The jars this program runs from, those left out excepted. */
  static List<Path> ofClassPath() throws IOException {
    List<Path> jars =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .filter(Files::isRegularFile)
            .filter(isWanted())
            .toList();
    if (jars.stream().noneMatch(jar -> name(jar).startsWith("framepack-kernels"))) {
      throw new IOException(
          "the program does not run from its jars; start it with the launcher ./framepack");
    }
    return jars;
  }

  private static Predicate<Path> isWanted() {
    return jar -> LEFT_OUT.stream().noneMatch(prefix -> name(jar).startsWith(prefix));
  }

  private static String name(Path jar) {
    return jar.getFileName().toString();
  }

  /** Copies a jar without foreign native code. */
  static void copy(Path jar, Path folder) throws IOException {
    Path target = folder.resolve(name(jar));
    try (ZipFile source = new ZipFile(jar.toFile())) {
      try (OutputStream file = Files.newOutputStream(target);
          ZipOutputStream out = new ZipOutputStream(file)) {
        out.setLevel(Deflater.NO_COMPRESSION); // the archive around it compresses better
        Enumeration<? extends ZipEntry> entries = source.entries();
        while (entries.hasMoreElements()) {
          ZipEntry entry = entries.nextElement();
          if (!isForeign(entry.getName())) {
            ZipEntry copy = new ZipEntry(entry.getName());
            copy.setTime(entry.getTime());
            out.putNextEntry(copy);
            source.getInputStream(entry).transferTo(out);
            out.closeEntry();
          }
        }
      }
    }
  }

  private static boolean isForeign(String entry) {
    return FOREIGN.stream().anyMatch(entry::startsWith);
  }
}
