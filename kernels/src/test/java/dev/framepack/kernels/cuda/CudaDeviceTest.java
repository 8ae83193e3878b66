package dev.framepack.kernels.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    try {
      compile("stub-driver.c", CudaDriver.LIBRARY);
    } catch (IOException e) {
      assumeTrue(false, "no gcc: the device is not tried against a stub driver");
    }
    compile("stub-matrix.c", VendorLibrary.CUBLAS_LT.getFirst());
    // JCublas asks for symbols of that version.
    Path versions = folder.resolve("versions");
    Files.writeString(versions, VendorLibrary.CUBLAS + " { *; };");
    compile("stub-matrix.c", VendorLibrary.CUBLAS, "-Wl,--version-script=" + versions);
  }

  private static void compile(String file, String library, String... options)
      throws IOException, InterruptedException {
    Path source = folder.resolve(file);
    try (InputStream in = CudaDeviceTest.class.getResourceAsStream("/cuda/" + file)) {
      Files.write(source, Objects.requireNonNull(in).readAllBytes());
    }
    List<String> command = new ArrayList<>(List.of("gcc", "-shared", "-fPIC"));
    command.addAll(List.of("-Wl,-soname=" + library, "-o", folder.resolve(library).toString()));
    command.addAll(List.of(options));
    command.add(source.toString());
    Run gcc = start(command, Map.of());
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
