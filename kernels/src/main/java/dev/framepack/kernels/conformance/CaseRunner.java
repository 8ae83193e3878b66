package dev.framepack.kernels.conformance;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.Executable;
import dev.framepack.kernels.KernelException;
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
 * One case prepared on a backend. All memory around the operands, and the output before each run,
 * is 0xFF, a NaN in every float type: a read beyond an operand shows in the result, a write beside
 * the output in the check afterwards.
 */
public final class CaseRunner implements AutoCloseable {
  private static final byte GUARD = (byte) 0xFF;
  private static final long GUARD_BYTES = 192;

  private final Backend backend;
  private final OpCase entry;
  private final MemorySegment before;
  private final TensorArena arena;
  private final Tensor whole;
  private final Executable program;
  private final long outputOffset;
  private final long outputEnd;

  /** Prepares a case; the backend stays the caller's. */
  public CaseRunner(Backend backend, OpCase entry) {
    this(backend, entry, 0);
  }

  /**
   * Prepares a case with every operand {@code elementsOff} of its elements behind a 64-byte
   * boundary: a backend may take it for granted only that elements are aligned to themselves.
   */
  public CaseRunner(Backend backend, OpCase entry, int elementsOff) {
    this.backend = backend;
    this.entry = entry;
    List<Long> offsets = new ArrayList<>();
    long end = GUARD_BYTES;
    List<TensorType> types = new ArrayList<>(entry.inputTypes());
    if (entry.overwrites() < 0) {
      types.add(entry.outputType());
    }
    for (TensorType type : types) {
      end += (long) elementsOff * type.dtype().byteSize();
      offsets.add(end);
      end = TensorArena.align(end + type.byteSize() + GUARD_BYTES);
    }
    this.outputOffset =
        offsets.get(entry.overwrites() < 0 ? offsets.size() - 1 : entry.overwrites());
    this.outputEnd = outputOffset + entry.outputType().byteSize();
    this.before = image(entry, offsets, end);
    this.arena = backend.arena("case", end);
    try {
      this.whole = arena.view("whole", new TensorType(Shape.of(end), DType.U8), 0);
      backend.upload(before, whole);
      List<Tensor> inputs = new ArrayList<>();
      for (int i = 0; i < entry.operands().size(); i++) {
        Tensor input = arena.view("input" + i, types.get(i), offsets.get(i));
        inputs.add(entry.operands().get(i).constant() ? input.asConstant() : input);
      }
      Tensor output = arena.view("output", entry.outputType(), outputOffset);
      this.program = backend.prepare(List.of(new OpCall(entry.op(), inputs, output, "case")));
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** Bytes of the output of a case that is run once. */
  public static MemorySegment run(Backend backend, OpCase entry) {
    return run(backend, entry, 0);
  }

  /** Likewise, with the operands off their boundaries. */
  public static MemorySegment run(Backend backend, OpCase entry, int elementsOff) {
    try (CaseRunner runner = new CaseRunner(backend, entry, elementsOff)) {
      return runner.run();
    }
  }

  /** The case as the backend prepared it; closed with this. */
  public Executable program() {
    return program;
  }

  /**
   * Runs the case and gives the bytes of its output.
   *
   * @throws KernelException when anything else in memory changed
   */
  public MemorySegment run() {
    backend.upload(before, whole);
    program.run();
    MemorySegment after = MemorySegment.ofArray(new long[(int) (before.byteSize() / Long.BYTES)]);
    backend.download(whole, after);
    requireUnchanged(after, 0, outputOffset);
    requireUnchanged(after, outputEnd, before.byteSize());
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

  private void requireUnchanged(MemorySegment after, long from, long to) {
    long changed = MemorySegment.mismatch(before, from, to, after, from, to);
    if (changed >= 0) {
      throw new KernelException(
          "%s on %s: byte %s changed, outside the output at %s..%s"
              .formatted(entry, backend.name(), from + changed, outputOffset, outputEnd));
    }
  }

  @Override
  public void close() {
    program.close();
    arena.close();
  }
}
