package dev.framepack.kernels.conformance;

import static dev.framepack.kernels.conformance.Fill.NORMAL;
import static dev.framepack.kernels.conformance.Fill.UNIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.emulator.EmulatedDevice;
import dev.framepack.kernels.emulator.EmulatorOptions;
import dev.framepack.kernels.emulator.LaunchReport;
import dev.framepack.kernels.emulator.LaunchReport.MemoryLine;
import dev.framepack.kernels.gpu.GpuBackend;
import dev.framepack.kernels.op.Activate;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.Add;
import dev.framepack.kernels.op.Cast;
import dev.framepack.kernels.op.Concat;
import dev.framepack.kernels.op.Crossfade;
import dev.framepack.kernels.op.GatedResidual;
import dev.framepack.kernels.op.LayerNorm;
import dev.framepack.kernels.op.LayerNormModulate;
import dev.framepack.kernels.op.LinearCombination;
import dev.framepack.kernels.op.Modulate;
import dev.framepack.kernels.op.Permute;
import dev.framepack.kernels.op.RelativeL1;
import dev.framepack.kernels.op.RmsNorm;
import dev.framepack.kernels.op.RmsNormRotary;
import dev.framepack.kernels.op.RotaryEmbedding.Pairing;
import dev.framepack.kernels.op.Slice;
import dev.framepack.kernels.op.SwiGlu;
import dev.framepack.kernels.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Kernels that memory bounds, at the widths of the models: every access moves whole 32-byte sectors
 * and nothing but what it asked for, and shared memory has no bank conflicts.
 */
class MemoryTrafficTest {
  private static final long TOKENS = 6;
  private static final long WIDTH = 3072;

  private static List<OpCase> cases() {
    long[] rows = {1, TOKENS, WIDTH};
    OpCase x = OpCase.of(new Modulate()).input(NORMAL, rows);
    List<OpCase> cases = new ArrayList<>();
    cases.add(OpCase.of(new Activate(Activation.SILU)).input(NORMAL, rows));
    cases.add(OpCase.of(new SwiGlu()).input(NORMAL, rows).input(NORMAL, rows));
    cases.add(OpCase.of(new Add()).input(NORMAL, rows).input(NORMAL, WIDTH));
    cases.add(x.input(NORMAL, 1, WIDTH).input(NORMAL, 1, WIDTH));
    cases.add(
        OpCase.of(new GatedResidual())
            .input(NORMAL, rows)
            .input(NORMAL, 1, WIDTH)
            .input(NORMAL, rows));
    cases.add(
        OpCase.of(new Crossfade(2))
            .input(NORMAL, 1, 3, 2, 32, 64)
            .input(NORMAL, 1, 3, 2, 32, 64)
            .input(UNIT, 2));
    cases.add(
        OpCase.of(new LinearCombination(2))
            .input(NORMAL, 2)
            .input(NORMAL, rows)
            .input(NORMAL, rows));
    cases.add(OpCase.of(new LayerNorm(false, 1e-6f)).input(NORMAL, rows));
    cases.add(
        OpCase.of(new LayerNorm(true, 1e-6f))
            .input(NORMAL, 9, 768)
            .weight(NORMAL, 768)
            .weight(NORMAL, 768));
    cases.add(
        OpCase.of(new LayerNormModulate(1e-6f))
            .input(NORMAL, rows)
            .input(NORMAL, 1, WIDTH)
            .input(NORMAL, 1, WIDTH));
    cases.add(OpCase.of(new RmsNorm(1e-6f)).input(NORMAL, 3, 4096).weight(NORMAL, 4096));
    for (Pairing pairing : Pairing.values()) {
      cases.add(
          OpCase.of(new RmsNormRotary(1e-6f, pairing))
              .input(NORMAL, 1, TOKENS, 24, 128)
              .weight(NORMAL, 128)
              .input(NORMAL, TOKENS, 128)
              .input(NORMAL, TOKENS, 128));
    }
    cases.add(OpCase.of(new Concat(1)).input(NORMAL, rows).input(NORMAL, rows));
    cases.add(OpCase.of(new Concat(2)).input(NORMAL, rows).input(NORMAL, 1, TOKENS, 4 * WIDTH));
    cases.add(OpCase.of(new Slice(2, 64, 2048)).input(NORMAL, rows));
    cases.add(OpCase.of(Permute.of(0, 2, 3, 4, 1)).input(NORMAL, 1, 64, 1, 16, 32));
    cases.add(OpCase.of(Permute.of(0, 2, 1, 3)).input(NORMAL, 1, TOKENS, 24, 128));
    cases.add(OpCase.of(new RelativeL1()).input(NORMAL, rows).input(NORMAL, rows));
    return cases;
  }

  private static Stream<OpCase> cases(DType dtype) {
    Stream<OpCase> casts =
        TYPES.stream().map(to -> OpCase.of(new Cast(to)).input(NORMAL, dtype, TOKENS, WIDTH));
    Stream<OpCase> others =
        cases().stream()
            .flatMap(entry ->
                dtype == DType.F32 ? Stream.of(entry) : HalfCases.of(entry, dtype).stream());
    return Stream.concat(others, casts);
  }

  private static final List<DType> TYPES = List.of(DType.F32, DType.BF16, DType.F16);

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "BF16"})
  void accessesAreCoalescedAndWithoutBankConflicts(DType dtype) {
    List<LaunchReport> reports = new ArrayList<>();
    EmulatorOptions options = EmulatorOptions.defaults().withProfile(true);
    try (Backend backend =
        new GpuBackend("cuda-emulated", new EmulatedDevice(options, reports::add))) {
      cases(dtype)
          .forEach(entry -> {
            reports.clear();
            CaseRunner.run(backend, entry);
            assertThat(reports).isNotEmpty();
            reports.forEach(report -> check(entry, report));
          });
    }
  }

  private static void check(OpCase entry, LaunchReport report) {
    long sectors = 0;
    long leastSectors = 0;
    for (MemoryLine line : report.memoryLines()) {
      assertThat(line.bankConflicts()).as("bank conflicts of %s: %s", entry, line).isZero();
      sectors += line.sectors();
      leastSectors += Math.min(line.leastSectors(), line.sectors());
    }
    assertThat(sectors)
        .as("sectors of %s in %s", report.label(), entry)
        .isCloseTo(leastSectors, withinPercentage(1));
  }
}
