package dev.framepack.kernels.gpu.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.conformance.CaseRunner;
import dev.framepack.kernels.conformance.Conformance;
import dev.framepack.kernels.conformance.OpCase;
import dev.framepack.kernels.conformance.OpCases;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.emulator.EmulatedDevice;
import dev.framepack.kernels.emulator.EmulatorOptions;
import dev.framepack.kernels.emulator.LaunchReport.MemoryLine;
import dev.framepack.kernels.gpu.GpuBackend;
import dev.framepack.kernels.gpu.device.DeviceInfo;
import dev.framepack.kernels.gpu.launch.AttentionLauncher.Path;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.op.Attention;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AttentionLauncherTest {
  private static DeviceInfo device(int computeCapability, boolean archSpecific) {
    return new DeviceInfo(
        "test",
        computeCapability,
        archSpecific,
        132,
        227 * 1024,
        50L << 20,
        1L << 30,
        1L << 30,
        "");
  }

  @ParameterizedTest
  @CsvSource({
    // capability, specific, type, depth, keys, scale, path
    "90, true, BF16, 128, 18293, 0.088, WGMMA",
    "90, true, F16, 64, 1, 0.125, WGMMA",
    "90, true, BF16, 72, 729, 0.118, MMA",
    "90, true, F16, 512, 6080, 0.044, MMA",
    "90, true, BF16, 128, 0, 0.088, MMA",
    "90, false, BF16, 128, 18293, 0.088, MMA",
    "120, true, BF16, 128, 18293, 0.088, MMA",
    "80, false, F16, 128, 18293, 0.088, MMA",
    "90, true, BF16, 128, 18293, 0, SIMT",
    "90, true, BF16, 128, 18293, -0.1, SIMT",
    "90, true, BF16, 130, 18293, 0.088, SIMT",
    "90, true, BF16, 520, 64, 0.044, SIMT",
    "90, true, F32, 128, 18293, 0.088, SIMT",
  })
  void thePathFollowsFromDeviceTypeAndShape(
      int capability, boolean specific, DType dtype, int depth, long keys, float scale, Path path) {
    DeviceInfo device = device(capability, specific);
    assertThat(AttentionLauncher.path(device, dtype, depth, keys, scale)).isEqualTo(path);
  }

  /** For each kernel, the first case of the table that a Hopper or a device before it gives it. */
  private static Map<PtxKernel, OpCase> chosen() {
    Map<PtxKernel, OpCase> chosen = new HashMap<>();
    for (DeviceInfo device : List.of(device(90, true), device(80, false))) {
      for (OpCase entry : OpCases.everyType()) {
        if (entry.op() instanceof Attention op) {
          TensorType q = entry.inputTypes().get(0);
          int depth = q.shape().size(3);
          long keys = entry.inputTypes().get(1).shape().dim(1);
          Path path = AttentionLauncher.path(device, q.dtype(), depth, keys, op.scale());
          chosen.putIfAbsent(AttentionLauncher.kernel(path, q.dtype(), depth), entry);
        }
      }
    }
    return chosen;
  }

  @Test
  void everyKernelIsChosenByTheTable() {
    assertThat(chosen().keySet())
        .containsExactlyInAnyOrderElementsOf(new AttentionLauncher().kernels());
  }

  @Test
  void noKernelHasBankConflicts() {
    List<String> conflicts = new ArrayList<>();
    chosen()
        .forEach((kernel, entry) -> {
          // F16 takes the addresses of BF16.
          if (!kernel.parameters().get("T").equals("f16")) {
            conflicts.addAll(conflicts(kernel, entry));
          }
        });
    assertThat(conflicts).isEmpty();
  }

  private static List<String> conflicts(PtxKernel kernel, OpCase entry) {
    boolean hopper = kernel.arch() == PtxKernel.Arch.SM_90A;
    List<String> conflicts = new ArrayList<>();
    EmulatorOptions options =
        EmulatorOptions.defaults().withCapability(hopper ? 90 : 80, hopper).withProfile(true);
    EmulatedDevice device =
        new EmulatedDevice(
            options,
            report -> {
              assertThat(report.launch().function().name()).isEqualTo(kernel.name());
              for (MemoryLine line : report.memoryLines()) {
                if (line.bankConflicts() > 0) {
                  conflicts.add(kernel + ": " + line);
                }
              }
            });
    try (Backend backend = new GpuBackend("cuda-emulated", device)) {
      CaseRunner.run(backend, entry);
    }
    return conflicts;
  }

  /** The cases that Hopper computes another way. */
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"BF16", "F16"})
  void aDeviceBeforeHopperIsServedByMma(DType dtype) {
    Set<String> launched = new TreeSet<>();
    EmulatedDevice device =
        new EmulatedDevice(
            EmulatorOptions.defaults().withCapability(80, false),
            report -> launched.add(report.launch().function().name()));
    try (Backend reference = new ReferenceBackend(1);
        Backend backend = new GpuBackend("cuda-emulated", device)) {
      Conformance conformance = new Conformance(reference);
      for (OpCase entry : OpCases.sample(dtype)) {
        long depth = entry.outputType().shape().dim(-1);
        if (entry.op() instanceof Attention && (depth == 64 || depth == 128)) {
          Conformance.Verdict verdict = conformance.check(backend, entry);
          assertThat(verdict.passed()).as("%s: %s", entry, verdict).isTrue();
        }
      }
    }
    String type = dtype.name().toLowerCase(Locale.ROOT);
    assertThat(launched)
        .containsExactly("attention_" + type + "_mma_d128", "attention_" + type + "_mma_d64");
  }
}
