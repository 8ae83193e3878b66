package dev.framepack.bench.reproduce.run;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a run is measured on; what cannot be found out is called unknown. */
public final class Machine {
  static final String UNKNOWN = "unknown";

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final int GIT_SECONDS = 10;

  private Machine() {}

  /** Model of the processor. */
  public static String cpu() {
    if (Files.isReadable(CPU_INFO)) {
      try (Stream<String> lines = Files.lines(CPU_INFO)) {
        Optional<String> name =
            lines
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
        if (name.isPresent()) {
          return name.get();
        }
      } catch (IOException e) {
        return UNKNOWN;
      }
    }
    return System.getProperty("os.arch");
  }

  public static String jdk() {
    return "%s %s".formatted(System.getProperty("java.vendor"), Runtime.version());
  }

  static String system() {
    return "%s %s %s"
        .formatted(
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("os.arch"));
  }

  /** Version of the jar of a class. */
  public static String version(Class<?> type) {
    String version = type.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /**
   * The commit of the checkout a class was built in, with {@code -dirty} where files differ from
   * it.
   */
  static String commit(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null) {
      return UNKNOWN;
    }
    try {
      Path checkout = checkoutAround(Path.of(source.getLocation().toURI()));
      return checkout == null ? UNKNOWN : describe(checkout);
    } catch (URISyntaxException | IOException e) {
      return UNKNOWN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return UNKNOWN;
    }
  }

  private static @Nullable Path checkoutAround(Path start) {
    Path path = start;
    while (path != null && !Files.exists(path.resolve(".git"))) {
      path = path.getParent();
    }
    return path;
  }

  private static String describe(Path checkout) throws IOException, InterruptedException {
    Process git =
        new ProcessBuilder(
                "git", "-C", checkout.toString(), "describe", "--always", "--dirty", "--exclude=*")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String text = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (!git.waitFor(GIT_SECONDS, TimeUnit.SECONDS)) {
      git.destroy();
      return UNKNOWN;
    }
    return git.exitValue() == 0 && !text.isEmpty() ? text : UNKNOWN;
  }
}
