package dev.framepack.kernels.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.emulator.EmulatorOptions;
import dev.framepack.kernels.gpu.GpuBackend;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every case on every backend, by the rule of {@link Conformance}. */
class OpConformanceTest {
  private static final Backend REFERENCE = new ReferenceBackend(1);
  private static final Conformance CONFORMANCE = new Conformance(REFERENCE);

  /**
   * One of each kind for all cases: kernels are loaded once, and no case may disturb a later one.
   */
  private static final Map<BackendUnderTest, Backend> OPEN = new HashMap<>();

  @AfterAll
  static void close() {
    OPEN.values().forEach(Backend::close);
    REFERENCE.close();
  }

  private static Backend open(BackendUnderTest tested) {
    return OPEN.computeIfAbsent(tested, backend -> backend.withThreads().apply(2));
  }

  @TestFactory
  Stream<DynamicContainer> everyBackendMeetsEveryCase() {
    return BackendUnderTest.all().stream()
        .map(tested ->
            DynamicContainer.dynamicContainer(tested.name(), tests(tested, OpCases.everyType())));
  }

  /** Devices before Hopper run other kernels in some cases; those once more. */
  @TestFactory
  Stream<DynamicTest> aDeviceWithoutHopperMeetsTheCasesItHasOtherKernelsFor() {
    BackendUnderTest ampere =
        new BackendUnderTest(
            "cuda-emulated on sm_80",
            threads ->
                BackendUnderTest.emulated(
                    EmulatorOptions.defaults().withCapability(80, false), threads));
    try (GpuBackend hopper = BackendUnderTest.emulated(EmulatorOptions.defaults(), 1)) {
      GpuBackend other = (GpuBackend) open(ampere);
      List<OpCase> cases =
          OpCases.everyType().stream()
              .filter(entry -> !kernels(hopper, entry).equals(kernels(other, entry)))
              .toList();
      assertThat(cases).isNotEmpty();
      return tests(ampere, cases);
    }
  }

  private static List<String> kernels(GpuBackend backend, OpCase entry) {
    try (CaseRunner runner = new CaseRunner(backend, entry)) {
      return GpuBackend.kernelsOf(runner.program());
    }
  }

  private Stream<DynamicTest> tests(BackendUnderTest tested, List<OpCase> cases) {
    return cases.stream()
        .map(entry -> DynamicTest.dynamicTest(entry.toString(), () -> check(tested, entry)));
  }

  void check(BackendUnderTest tested, OpCase entry) {
    Conformance.Verdict verdict = CONFORMANCE.check(open(tested), entry);
    assertThat(verdict.fault()).as("%s", entry).isEmpty();
    assertThat(verdict.error())
        .as("relative L2 of the worst row of %s", entry)
        .isLessThanOrEqualTo(verdict.allowed());
  }
}
