package dev.framepack.kernels.conformance.pack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.framepack.kernels.emulator.EmulatedDevice;
import dev.framepack.kernels.emulator.EmulatorOptions;
import dev.framepack.kernels.emulator.EmulatorOptions.Completion;
import dev.framepack.kernels.emulator.EmulatorOptions.Schedule;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The emulator answers every micro-kernel as the PTX ISA says, and as recorded devices did. */
class ConformancePackTest {
  private static final List<EmulatorOptions> MODES =
      List.of(
          EmulatorOptions.defaults(),
          EmulatorOptions.defaults().withSchedule(Schedule.ROUND_ROBIN, Completion.EARLIEST, 1),
          EmulatorOptions.defaults().withSchedule(Schedule.RANDOM, Completion.RANDOM, 2));

  private static Map<String, MicroKernel> kernels() {
    Map<String, MicroKernel> kernels = new TreeMap<>();
    MicroKernels.all().forEach(micro -> kernels.put(micro.name().substring(5), micro));
    return kernels;
  }

  private static Map<String, int[]> expected() {
    Map<String, MicroKernel> kernels = kernels();
    Map<String, int[]> expected = ExpectedWarp.outputs(kernels);
    kernels.forEach((name, micro) -> {
      int[] in = micro.input();
      String[] parts = name.split("_");
      switch (micro.kernel().file()) {
        case "conformance/mma" ->
            expected.put(
                name,
                ExpectedProducts.mma(
                    parts[2], parts[3], Integer.parseInt(parts[1].substring(1)), in));
        case "conformance/convert" -> expected.put(name, ExpectedScalars.convert(in));
        case "conformance/float32" -> expected.put(name, ExpectedScalars.float32(in));
        case "conformance/approximate" -> expected.put(name, ExpectedScalars.approximate(name, in));
        case "conformance/bits" -> expected.put(name, ExpectedScalars.bits(in));
        case "conformance/atomics" -> expected.put(name, ExpectedScalars.atomics(in));
        default -> expected.computeIfAbsent(name, key -> ExpectedHopper.of(key, micro));
      }
    });
    return expected;
  }

  @TestFactory
  Stream<DynamicTest> theEmulatorAnswersAsTheIsaSays() {
    Map<String, int[]> expected = expected();
    return kernels().entrySet().stream()
        .map(entry ->
            dynamicTest(
                entry.getKey(),
                () -> {
                  int[] words = expected.get(entry.getKey());
                  assertNotNull(words, "no formula for " + entry.getKey());
                  for (EmulatorOptions mode : MODES) {
                    try (EmulatedDevice device = new EmulatedDevice(mode)) {
                      int[] found = MicroRunner.run(device, entry.getValue());
                      compare(entry.getValue(), words, found);
                    }
                  }
                }));
  }

  private static void compare(MicroKernel micro, int[] expected, int[] found) {
    assertEquals(expected.length, found.length, "words of " + micro.name());
    int threads = micro.kernel().threads();
    for (int i = 0; i < expected.length; i++) {
      if (!micro.agrees(expected[i], found[i])) {
        int thread = i % threads;
        throw new AssertionError(
            "%s, word %d of thread %d: expected %08x, found %08x"
                .formatted(
                    micro.name(),
                    i / threads % micro.outputWords(),
                    thread,
                    expected[i],
                    found[i]));
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> theEmulatorAnswersAsRecordedDevicesDid()
      throws IOException, URISyntaxException {
    URL folder = ConformancePackTest.class.getResource("/pack");
    if (folder == null) {
      return Stream.empty();
    }
    List<Path> files;
    try (Stream<Path> paths = Files.list(Path.of(folder.toURI()))) {
      files = paths.filter(path -> path.toString().endsWith(".txt")).sorted().toList();
    }
    Map<String, MicroKernel> kernels = kernels();
    return files.stream()
        .flatMap(file ->
            ConformancePack.read(file).entries().stream()
                .map(entry ->
                    dynamicTest(
                        file.getFileName() + " " + entry.kernel(),
                        () -> reproduce(kernels, entry))));
  }

  private static void reproduce(Map<String, MicroKernel> kernels, ConformancePack.Entry entry) {
    MicroKernel micro = kernels.get(entry.kernel().substring(5));
    assertNotNull(micro, "the pack no longer has " + entry.kernel() + "; record it again");
    assertArrayEquals(micro.input(), entry.input(), "the input changed; record the pack again");
    try (EmulatedDevice device = new EmulatedDevice()) {
      compare(micro, entry.output(), MicroRunner.run(device, micro));
    }
  }

  @Test
  void aRecordingCanBeReadAgain(@TempDir Path folder) {
    Path file = folder.resolve("emulator.txt");
    ConformancePack pack;
    try (EmulatedDevice device = new EmulatedDevice()) {
      pack = ConformancePack.record(device);
    }
    pack.write(file);
    ConformancePack again = ConformancePack.read(file);
    assertEquals(MicroKernels.all().size(), again.entries().size());
    assertEquals(pack.device(), again.device());
    assertTrue(again.entries().stream().anyMatch(entry -> entry.ulps() > 0));
    for (int i = 0; i < pack.entries().size(); i++) {
      assertEquals(pack.entries().get(i).kernel(), again.entries().get(i).kernel());
      assertArrayEquals(pack.entries().get(i).output(), again.entries().get(i).output());
    }
  }
}
