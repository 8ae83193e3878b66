package dev.framepack.kernels.cuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The CUDA toolkit's assembler, where it is installed. */
record Ptxas(Path program) {

  static @Nullable Path find() {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
        .map(folder -> Path.of(folder, "ptxas"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  PtxCompiler.Report compile(String ptx, String arch) {
    try {
      Path text = Files.createTempFile("kernel", ".ptx");
      try {
        return compile(text, ptx, arch);
      } finally {
        Files.delete(text);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private PtxCompiler.Report compile(Path text, String ptx, String arch)
      throws IOException, InterruptedException {
    Files.writeString(text, ptx);
    Process process =
        new ProcessBuilder(
                program.toString(), "-arch=" + arch, "-v", "-o", "/dev/null", text.toString())
            .redirectErrorStream(true)
            .start();
    String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(log);
    }
    return PtxCompiler.Report.of(log);
  }
}
