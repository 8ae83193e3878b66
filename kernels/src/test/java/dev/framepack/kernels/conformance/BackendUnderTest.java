package dev.framepack.kernels.conformance;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.cpu.vector.VectorBackend;
import dev.framepack.kernels.emulator.EmulatedDevice;
import dev.framepack.kernels.emulator.EmulatorOptions;
import dev.framepack.kernels.gpu.GpuBackend;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** The registered backends: a new one joins every test by its line here. */
record BackendUnderTest(String name, IntFunction<Backend> withThreads) {

  static List<BackendUnderTest> all() {
    return Stream.concat(
            cpu().stream(),
            Stream.of(
                new BackendUnderTest(
                    "cuda-emulated", threads -> emulated(EmulatorOptions.defaults(), threads))))
        .toList();
  }

  static List<BackendUnderTest> cpu() {
    return List.of(
        new BackendUnderTest("cpu-reference", ReferenceBackend::new),
        new BackendUnderTest("cpu-vector", VectorBackend::new));
  }

  /** The kernels on an emulated device with every check on. */
  static GpuBackend emulated(EmulatorOptions options, int threads) {
    return new GpuBackend(
        "cuda-emulated",
        new EmulatedDevice(options.withWorkers(threads, options.instructionLimit())));
  }

  @Override
  public String toString() {
    return name;
  }
}
