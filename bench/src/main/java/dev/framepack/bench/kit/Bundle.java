package dev.framepack.bench.kit;

import dev.framepack.engine.OutputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes the kit's folder: {@code runtime} (a Java runtime of the modules needed), {@code lib} (the
 * jars, without what a GPU machine has no use for), {@code golden} and {@code run}.
 */
final class Bundle {
  static final String RUNTIME_MODULES =
      "java.base,java.desktop,java.logging,java.management,jdk.management,jdk.incubator.vector,jdk.jfr,jdk.unsupported";

  private static final String RUN =
      """
      #!/bin/sh
      # Checks every kernel on this machine's GPU, then measures; results/ fills as it goes.
      # A kernel that loses the device or hangs ends its process; the next one goes on after it.
      cd "$(dirname "$0")" || exit 1
      resume=
      for attempt in 1 2 3 4 5 6 7 8 9 10 11 12; do
        runtime/bin/java --add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED \\
          -Xmx${FRAMEPACK_KIT_HEAP:-16g} -cp 'lib/*' dev.framepack.engine.cli.Main kit --golden golden "$@" $resume
        status=$?
        case $status in
          75 | 134 | 139) resume=--resume ;;
          *) exit $status ;;
        esac
      done
      exit $status
      """;

  private final Path folder;

  Bundle(Path folder) {
    this.folder = folder;
  }

  /**
   * Writes everything into a neighbour first, so that a folder of this name is whole.
   *
   * @throws OutputException when the folder exists or cannot be written
   */
  void write(@Nullable Path golden) {
    if (Files.exists(folder)) {
      throw failure(folder + " exists", "name another folder or remove it", null);
    }
    Path building = folder.resolveSibling(folder.getFileName() + ".partial");
    try {
      FileTrees.delete(building);
      Files.createDirectories(building.resolve("lib"));
      link(building.resolve("runtime"));
      for (Path jar : BundleJars.ofClassPath()) {
        BundleJars.copy(jar, building.resolve("lib"));
      }
      if (golden != null) {
        FileTrees.copy(golden, building.resolve("golden"));
      } else {
        Files.createDirectories(building.resolve("golden"));
      }
      Path run = Files.writeString(building.resolve("run"), RUN);
      Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.move(building, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw failure(
          "%s cannot be written: %s".formatted(folder, e), "check the folder and its rights", e);
    }
  }

  private static void link(Path runtime) {
    ToolProvider jlink =
        ToolProvider.findFirst("jlink")
            .orElseThrow(
                () -> failure("this Java has no jlink", "run the launcher with a full JDK", null));
    StringWriter log = new StringWriter();
    PrintWriter out = new PrintWriter(log);
    int status =
        jlink.run(
            out,
            out,
            "--add-modules",
            RUNTIME_MODULES,
            "--strip-debug",
            "--no-header-files",
            "--no-man-pages",
            "--output",
            runtime.toString());
    if (status != 0) {
      throw failure("jlink failed: " + log.toString().strip(), "see its message", null);
    }
  }

  /** Bytes of the folder. */
  long bytes() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  /** The folder as one compressed file beside it. */
  Path archive() {
    Path file = folder.resolveSibling(folder.getFileName() + ".tar.xz");
    List<String> command =
        List.of(
            "tar",
            "-cJf",
            file.toString(),
            "-C",
            folder.resolveSibling("").toString(),
            folder.getFileName().toString());
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes());
      if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
        process.destroy();
        throw failure("tar failed: " + output.strip(), "install tar and xz", null);
      }
      return file;
    } catch (IOException e) {
      throw failure("tar cannot be started: " + e.getMessage(), "install tar and xz", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("interrupted while compressing", "run it again", e);
    }
  }

  static OutputException failure(String what, String remedy, @Nullable Throwable cause) {
    return new OutputException("BUNDLE", what, remedy, cause);
  }
}
