package dev.framepack.kernels.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.Executable;
import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.conformance.CaseRunner;
import dev.framepack.kernels.conformance.Conformance;
import dev.framepack.kernels.conformance.OpCase;
import dev.framepack.kernels.conformance.OpCases;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.emulator.EmulatedDevice;
import dev.framepack.kernels.emulator.EmulatorOptions;
import dev.framepack.kernels.emulator.EmulatorOptions.Completion;
import dev.framepack.kernels.emulator.EmulatorOptions.Schedule;
import dev.framepack.kernels.op.Embedding;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What every kernel owes beyond right results: the same bits always, any alignment, clear faults.
 */
class EmulatedKernelTest {
  private static final int THINNING = 19;

  private static Backend backend(EmulatorOptions options) {
    return new GpuBackend("cuda-emulated", new EmulatedDevice(options));
  }

  /** Every nineteenth case of each operation and type. */
  private static List<OpCase> sample() {
    Map<String, Integer> seen = new HashMap<>();
    List<OpCase> sample = new ArrayList<>();
    for (OpCase entry : OpCases.everyType()) {
      String family = entry.op().name() + entry.inputTypes().getLast().dtype();
      if (seen.merge(family, 1, Integer::sum) % THINNING == 1) {
        sample.add(entry);
      }
    }
    return sample;
  }

  /** What is wrong with a case, or empty. */
  @FunctionalInterface
  private interface Check {
    String fault(OpCase entry);
  }

  private static void forEachCase(Check check) {
    List<String> faults = new ArrayList<>();
    for (OpCase entry : sample()) {
      String fault;
      try {
        fault = check.fault(entry);
      } catch (KernelException e) {
        fault = String.valueOf(e.getMessage());
      }
      if (!fault.isEmpty()) {
        faults.add(entry + ": " + fault);
      }
    }
    assertThat(faults).isEmpty();
  }

  @Test
  void noOrderOfWarpsAndBlocksChangesABit() {
    EmulatorOptions options = EmulatorOptions.defaults();
    try (Backend inOrder = backend(options);
        Backend inTurn =
            backend(options.withSchedule(Schedule.ROUND_ROBIN, Completion.EARLIEST, 1));
        Backend atRandom = backend(options.withSchedule(Schedule.RANDOM, Completion.RANDOM, 2))) {
      forEachCase(entry -> {
        MemorySegment expected = CaseRunner.run(inOrder, entry);
        for (Backend other : List.of(inOrder, inTurn, atRandom)) {
          long byteIndex = expected.mismatch(CaseRunner.run(other, entry));
          if (byteIndex >= 0) {
            return "byte " + byteIndex + " differs";
          }
        }
        return "";
      });
    }
  }

  @Test
  void operandsNeedNoAlignmentButTheirElements() {
    try (Backend reference = new ReferenceBackend(1);
        Backend tested = backend(EmulatorOptions.defaults())) {
      Conformance conformance = new Conformance(reference);
      forEachCase(entry -> {
        Conformance.Verdict verdict = conformance.check(tested, entry, 1);
        return verdict.passed() ? "" : verdict.toString();
      });
    }
  }

  @Test
  void anIdOutsideTheTableFailsItsProgramAndNoOther() {
    try (Backend backend = backend(EmulatorOptions.defaults());
        TensorArena arena = backend.arena("test", 4096)) {
      Tensor ids = arena.allocate("ids", new TensorType(Shape.of(5), DType.I32));
      Tensor table = arena.allocate("table", TensorType.f32(5, 3));
      Tensor y = arena.allocate("y", TensorType.f32(5, 3));
      backend.upload(MemorySegment.ofArray(new int[] {4, 3, -1, 0, 5}), ids);
      try (Executable program =
          backend.prepare(List.of(new OpCall(new Embedding(), List.of(ids, table), y, "tokens")))) {
        assertThatThrownBy(program::run)
            .isInstanceOf(KernelException.class)
            .hasMessageContainingAll(
                "embedding", "tokens", "id -1 at position 2", "outside the table of 5 rows");
        backend.upload(MemorySegment.ofArray(new int[] {4, 3, 2, 1, 0}), ids);
        program.run();
      }
    }
  }
}
