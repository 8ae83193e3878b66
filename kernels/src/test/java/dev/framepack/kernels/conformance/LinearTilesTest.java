package dev.framepack.kernels.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.emulator.EmulatedDevice;
import dev.framepack.kernels.emulator.EmulatorOptions;
import dev.framepack.kernels.emulator.LaunchReport;
import dev.framepack.kernels.gpu.GpuBackend;
import dev.framepack.kernels.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Linear on devices of three multiprocessors, which get the largest tiles already for small
 * products, and several tiles per block where blocks persist; warps in random order, copies done at
 * random times.
 */
class LinearTilesTest {
  private static final int MULTIPROCESSORS = 3;
  private static final ReferenceBackend REFERENCE = new ReferenceBackend(1);
  private static final Conformance CONFORMANCE = new Conformance(REFERENCE);

  @AfterAll
  static void close() {
    REFERENCE.close();
  }

  @TestFactory
  Stream<DynamicTest> tilesOfEveryDeviceMeetTheRule() {
    return Stream.of(DType.F32, DType.BF16, DType.F16)
        .flatMap(type ->
            Stream.of(
                test(type, 80, false, "linear_tile"),
                test(type, 90, true, type == DType.F32 ? "linear_tile" : "linear_wgmma")));
  }

  private static DynamicTest test(DType type, int capability, boolean specific, String kernel) {
    String name = kernel + "_" + type.name().toLowerCase(Locale.ROOT);
    return dynamicTest(
        name + " on sm_" + capability,
        () -> {
          try (GpuBackend backend =
              new GpuBackend("cuda-emulated", new EmulatedDevice(options(capability, specific)))) {
            for (OpCase entry : inType(LinearCases.tailsOfLargeTiles(), type)) {
              Conformance.Verdict verdict = CONFORMANCE.check(backend, entry);
              assertThat(verdict.passed()).as("%s: %s", entry, verdict).isTrue();
            }
            assertThat(backend.launchCounts()).containsKey(name);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> wholeTilesHaveNoBankConflictsAndReadWholeSectors() {
    return Stream.of(DType.F32, DType.BF16)
        .flatMap(type -> Stream.of(lint(type, 80, false), lint(type, 90, true)));
  }

  private static DynamicTest lint(DType type, int capability, boolean specific) {
    return dynamicTest(
        type + " on sm_" + capability,
        () -> {
          List<LaunchReport> reports = new ArrayList<>();
          EmulatorOptions options =
              options(capability, specific)
                  .withSchedule(
                      EmulatorOptions.Schedule.RUN_TO_BLOCK, EmulatorOptions.Completion.LATEST, 0)
                  .withProfile(true);
          try (GpuBackend backend =
              new GpuBackend("cuda-emulated", new EmulatedDevice(options, reports::add))) {
            for (OpCase entry : inType(LinearCases.wholeTiles(), type)) {
              CaseRunner.run(backend, entry);
            }
          }
          assertThat(reports).hasSizeGreaterThan(2);
          assertThat(reports).allSatisfy(LinearTilesTest::wastesNothing);
        });
  }

  private static void wastesNothing(LaunchReport report) {
    assertThat(report.memoryLines())
        .as(report.label())
        .allSatisfy(line -> {
          assertThat(line.bankConflicts()).as(line.text()).isZero();
          assertThat(line.sectors()).as(line.text()).isLessThanOrEqualTo(line.leastSectors());
        });
  }

  private static List<OpCase> inType(List<OpCase> cases, DType type) {
    return cases.stream()
        .flatMap(entry -> type == DType.F32 ? Stream.of(entry) : HalfCases.of(entry, type).stream())
        .toList();
  }

  private static EmulatorOptions options(int capability, boolean specific) {
    EmulatorOptions options = EmulatorOptions.defaults();
    return new EmulatorOptions(
        capability,
        specific,
        MULTIPROCESSORS,
        options.sharedBytesPerBlock(),
        options.totalBytes(),
        true,
        EmulatorOptions.Schedule.RANDOM,
        EmulatorOptions.Completion.RANDOM,
        7,
        0,
        false,
        false,
        Runtime.getRuntime().availableProcessors(),
        options.instructionLimit());
  }
}
