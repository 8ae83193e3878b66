package dev.framepack.kernels.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The device against a driver that needs no GPU: a C file that a test machine's gcc makes into
 * {@code libcuda.so.1}. JCuda's own native code runs, the bindings by hand too.
 */
class CudaDeviceTest {
  @TempDir static Path folder = Path.of("");

  @BeforeAll
  static void compileTheDriver() throws IOException, InterruptedException {
    Path source = folder.resolve("stub-driver.c");
    try (InputStream in = CudaDeviceTest.class.getResourceAsStream("/cuda/stub-driver.c")) {
      Files.write(source, Objects.requireNonNull(in).readAllBytes());
    }
    Run gcc;
    try {
      gcc =
          start(
              List.of(
                  "gcc",
                  "-shared",
                  "-fPIC",
                  "-o",
                  folder.resolve(CudaDriver.LIBRARY).toString(),
                  source.toString()),
              Map.of());
    } catch (IOException e) {
      assumeTrue(false, "no gcc: the device is not tried against a stub driver");
      return;
    }
    assertEquals(0, gcc.status, gcc.output);
  }

  private record Run(int status, String output) {}

  private static Run start(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), output);
  }

  private static void run(String scenario, Map<String, String> stub)
      throws IOException, InterruptedException {
    Map<String, String> environment = new HashMap<>(stub);
    environment.put("LD_LIBRARY_PATH", folder.toString());
    Run child =
        start(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                CudaDeviceScenarios.class.getName(),
                scenario),
            environment);
    assertEquals(0, child.status, child.output);
  }

  @ParameterizedTest
  @EnumSource
  void theDriverIsUsedAsItAsks(CudaDeviceScenarios scenario)
      throws IOException, InterruptedException {
    run(scenario.name(), Map.of());
  }

  @Test
  void aDeviceTooOldIsRefusedByName() throws IOException, InterruptedException {
    run("OLD_DEVICE", Map.of("STUB_MAJOR", "7"));
  }
}
