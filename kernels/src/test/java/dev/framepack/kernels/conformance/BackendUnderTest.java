package dev.framepack.kernels.conformance;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.cpu.vector.VectorBackend;
import java.util.List;
import java.util.function.IntFunction;

/** The registered CPU backends: a new one joins every test by its line here. */
record BackendUnderTest(String name, IntFunction<Backend> withThreads) {

  static List<BackendUnderTest> all() {
    return List.of(
        new BackendUnderTest("cpu-reference", ReferenceBackend::new),
        new BackendUnderTest("cpu-vector", VectorBackend::new));
  }

  @Override
  public String toString() {
    return name;
  }
}
