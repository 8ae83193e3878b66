package dev.framepack.kernels.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs one case on a backend. All memory around the operands, and the output before the run, is
 * 0xFF, a NaN in every float type: a read beyond an operand shows in the result, a write beside the
 * output in the check afterwards.
 */
final class CaseRunner {
  private static final byte GUARD = (byte) 0xFF;
  private static final long GUARD_BYTES = 192;

  private CaseRunner() {}

  /** Bytes of the output. Asserts that nothing else changed. */
  static MemorySegment run(Backend backend, OpCase entry) {
    List<Long> offsets = new ArrayList<>();
    long end = GUARD_BYTES;
    List<TensorType> types = new ArrayList<>(entry.inputTypes());
    if (entry.overwrites() < 0) {
      types.add(entry.outputType());
    }
    for (TensorType type : types) {
      offsets.add(end);
      end = TensorArena.align(end + type.byteSize() + GUARD_BYTES);
    }
    long outputOffset =
        offsets.get(entry.overwrites() < 0 ? offsets.size() - 1 : entry.overwrites());
    MemorySegment before = image(entry, offsets, end);
    MemorySegment after = MemorySegment.ofArray(new long[(int) (end / Long.BYTES)]);
    try (TensorArena arena = backend.arena("case", end)) {
      Tensor whole = arena.view("whole", new TensorType(Shape.of(end), DType.U8), 0);
      backend.upload(before, whole);
      List<Tensor> inputs = new ArrayList<>();
      for (int i = 0; i < entry.operands().size(); i++) {
        Tensor input = arena.view("input" + i, types.get(i), offsets.get(i));
        inputs.add(entry.operands().get(i).constant() ? input.asConstant() : input);
      }
      Tensor output = arena.view("output", entry.outputType(), outputOffset);
      backend.prepare(List.of(new OpCall(entry.op(), inputs, output, "case"))).run();
      backend.download(whole, after);
    }
    long outputEnd = outputOffset + entry.outputType().byteSize();
    assertUnchanged(before, after, 0, outputOffset);
    assertUnchanged(before, after, outputEnd, end);
    return after.asSlice(outputOffset, outputEnd - outputOffset);
  }

  private static MemorySegment image(OpCase entry, List<Long> offsets, long size) {
    MemorySegment image = MemorySegment.ofArray(new long[(int) (size / Long.BYTES)]);
    image.fill(GUARD);
    for (int i = 0; i < entry.operands().size(); i++) {
      long bytes = entry.operands().get(i).type().byteSize();
      entry.fill(i, image.asSlice(offsets.get(i), bytes));
    }
    return image;
  }

  private static void assertUnchanged(
      MemorySegment before, MemorySegment after, long from, long to) {
    assertThat(MemorySegment.mismatch(before, from, to, after, from, to))
        .as("first byte changed outside the output, in bytes %d..%d of the arena", from, to)
        .isEqualTo(-1);
  }
}
