package dev.framepack.kernels.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.op.Decomposition;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A fused operation means its decomposition, up to the rounding of the values in between. */
class DecompositionTest {

  static List<OpCase> fused() {
    return OpCases.all().stream()
        .filter(entry -> entry.overwrites() < 0 && entry.op().decompose().isPresent())
        .toList();
  }

  @Test
  void everyFusionOfTheTableIsCovered() {
    assertThat(fused().stream().map(entry -> entry.op().name()).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(
            "linear",
            "causal_conv3d",
            "upsample_conv3d",
            "layer_norm_modulate",
            "group_norm",
            "rms_norm_rotary");
  }

  @ParameterizedTest
  @MethodSource("fused")
  void equalsItsSteps(OpCase entry) {
    Decomposition steps = entry.op().decompose().orElseThrow();
    try (Backend backend = new ReferenceBackend(1)) {
      float[] fused = Errors.floats(CaseRunner.run(backend, entry));
      float[] stepwise = Errors.floats(stepwise(backend, entry, steps));
      assertThat(Errors.firstSpecialMismatch(fused, stepwise)).isEqualTo(-1);
      assertThat(Errors.worstRow(fused, stepwise, entry.outputType().shape().dim(-1)))
          .isLessThan(1e-6);
    }
  }

  private static MemorySegment stepwise(Backend backend, OpCase entry, Decomposition steps) {
    List<TensorType> stepTypes = steps.infer(entry.inputTypes());
    assertThat(stepTypes.getLast()).isEqualTo(entry.outputType());
    List<TensorType> types = new ArrayList<>(entry.inputTypes());
    types.addAll(stepTypes);
    long bytes = types.stream().mapToLong(type -> TensorArena.align(type.byteSize())).sum();
    try (TensorArena arena = backend.arena("steps", bytes)) {
      List<Tensor> operands = new ArrayList<>();
      for (int i = 0; i < types.size(); i++) {
        operands.add(arena.allocate("operand" + i, types.get(i)));
        if (i < entry.operands().size()) {
          MemorySegment data =
              MemorySegment.ofArray(new float[(int) types.get(i).shape().elementCount()]);
          entry.fill(i, data);
          backend.upload(data, operands.get(i));
        }
      }
      List<OpCall> calls = new ArrayList<>();
      for (int i = 0; i < steps.steps().size(); i++) {
        Decomposition.Step step = steps.steps().get(i);
        Tensor output = operands.get(entry.operands().size() + i);
        List<Tensor> inputs = step.operands().stream().map(operands::get).toList();
        calls.add(new OpCall(step.op(), inputs, output, "step" + i));
      }
      backend.prepare(calls).run();
      MemorySegment result =
          MemorySegment.ofArray(new float[(int) entry.outputType().shape().elementCount()]);
      backend.download(operands.getLast(), result);
      return result;
    }
  }
}
