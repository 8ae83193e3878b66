package dev.framepack.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.kernels.Executable;
import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.op.Activate;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.Add;
import dev.framepack.kernels.op.Affine;
import dev.framepack.kernels.op.Embedding;
import dev.framepack.kernels.op.Permute;
import dev.framepack.kernels.tensor.BFloat16;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a program is checked for before a kernel touches raw memory. */
class CpuBackendTest {
  private final ReferenceBackend backend = new ReferenceBackend(2);
  private final TensorArena arena = backend.arena("test", 4096);
  private final Tensor x = arena.allocate("x", TensorType.f32(2, 3));
  private final Tensor y = arena.allocate("y", TensorType.f32(2, 3));

  @AfterEach
  void close() {
    arena.close();
    backend.close();
  }

  private Executable prepare(OpCall... calls) {
    return backend.prepare(List.of(calls));
  }

  @Test
  void replaysCallsInOrder() {
    backend.upload(MemorySegment.ofArray(new float[] {1, 2, 3, 4, 5, 6}), x);
    Executable program =
        prepare(
            new OpCall(new Affine(2, 1), List.of(x), y, "double"),
            new OpCall(new Add(), List.of(y, x), y, "sum"));
    program.run();
    float[] result = new float[6];
    backend.download(y, MemorySegment.ofArray(result));
    assertThat(result).containsExactly(4, 7, 10, 13, 16, 19);
    backend.upload(MemorySegment.ofArray(new float[6]), x);
    program.run();
    backend.download(y, MemorySegment.ofArray(result));
    assertThat(result).containsOnly(1);
  }

  @Test
  void namesOperationLabelAndTypesOfAWrongInput() {
    Tensor wrong = arena.allocate("wrong", TensorType.f32(4));
    assertThatThrownBy(() -> prepare(new OpCall(new Add(), List.of(x, wrong), y, "block.3.add")))
        .isInstanceOf(KernelException.class)
        .hasMessageContainingAll("add", "block.3.add", "x:F32[2, 3]", "wrong:F32[4]");
  }

  @Test
  void refusesAnOutputOfTheWrongType() {
    Tensor wrong = arena.allocate("wrong", TensorType.f32(3, 2));
    OpCall call = new OpCall(new Activate(Activation.SILU), List.of(x), wrong, "act");
    assertThatThrownBy(() -> prepare(call))
        .isInstanceOf(KernelException.class)
        .hasMessageContainingAll("activate", "act", "must be F32[2, 3]", "found wrong:F32[3, 2]");
  }

  @Test
  void refusesToWriteAConstant() {
    OpCall call = new OpCall(new Affine(1, 0), List.of(x), y.asConstant(), "write");
    assertThatThrownBy(() -> prepare(call)).hasMessageContainingAll("write", "constant");
  }

  @Test
  void allowsWritingExactlyOverAnInputThatMayBeOverwritten() {
    backend.upload(MemorySegment.ofArray(new float[] {1, 2, 3, 4, 5, 6}), x);
    prepare(new OpCall(new Affine(3, 0), List.of(x), x, "inplace")).run();
    float[] result = new float[6];
    backend.download(x, MemorySegment.ofArray(result));
    assertThat(result).containsExactly(3, 6, 9, 12, 15, 18);
  }

  @Test
  void refusesPartialOverlapAndOverwritingOtherInputs() {
    Tensor shifted = arena.view("shifted", TensorType.f32(2, 3), x.byteOffset() + 4);
    OpCall partial = new OpCall(new Affine(1, 0), List.of(x), shifted, "shift");
    assertThatThrownBy(() -> prepare(partial))
        .isInstanceOf(KernelException.class)
        .hasMessageContainingAll("affine", "shift", "overlap input 0", "exactly");
    OpCall second = new OpCall(new Add(), List.of(y, x), x, "second");
    assertThatThrownBy(() -> prepare(second))
        .isInstanceOf(KernelException.class)
        .hasMessageContainingAll("add", "second", "overlap input 1", "memory of its own");
    OpCall permuted = new OpCall(Permute.of(0, 1), List.of(x), x, "permuted");
    assertThatThrownBy(() -> prepare(permuted)).hasMessageContaining("overlap input 0");
  }

  @Test
  void refusesMemoryOfAClosedArena() {
    TensorArena gone = backend.arena("gone", 64);
    Tensor lost = gone.allocate("lost", TensorType.f32(2, 3));
    gone.close();
    OpCall call = new OpCall(new Affine(1, 0), List.of(lost), y, "stale");
    assertThatThrownBy(() -> prepare(call))
        .isInstanceOf(KernelException.class)
        .hasMessageContainingAll("stale", "gone", "used after close");
  }

  @Test
  void namesTheCallThatFailsWhileRunning() {
    Tensor ids = arena.allocate("ids", new TensorType(Shape.of(2), DType.I32));
    Tensor table = arena.allocate("table", TensorType.f32(5, 3));
    backend.upload(MemorySegment.ofArray(new int[] {4, 5}), ids);
    Executable program = prepare(new OpCall(new Embedding(), List.of(ids, table), y, "tokens"));
    assertThatThrownBy(program::run)
        .isInstanceOf(KernelException.class)
        .hasMessageContainingAll(
            "embedding", "tokens", "id 5 at position 1", "outside the table of 5 rows");
  }

  @Test
  void refusesCopiesOfAnotherSize() {
    MemorySegment small = MemorySegment.ofArray(new float[5]);
    assertThatThrownBy(() -> backend.upload(small, x))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("upload", "x:F32[2, 3]", "24 bytes", "found 20");
    assertThatThrownBy(() -> backend.download(x, small)).hasMessageContaining("found 20");
  }

  @Test
  void isUnusableOnceClosedAndMayBeClosedTwice() {
    Executable program = prepare(new OpCall(new Affine(1, 0), List.of(x), y, "late"));
    backend.close();
    backend.close();
    assertThatIllegalStateException()
        .isThrownBy(program::run)
        .withMessageContaining("cpu-reference: used after close");
    assertThatIllegalStateException().isThrownBy(() -> backend.arena("more", 8));
    assertThatIllegalStateException().isThrownBy(() -> prepare());
  }

  @Test
  void halfPrecisionIsWidenedOnceAndRoundedOnce() {
    TensorType half = new TensorType(Shape.of(2, 3), DType.BF16);
    Tensor a = arena.allocate("a", half);
    Tensor w = arena.allocate("w", half).asConstant();
    short[] bits = new short[6];
    for (int i = 0; i < 6; i++) {
      bits[i] = BFloat16.fromFloat(1 + i / 128f);
    }
    backend.upload(MemorySegment.ofArray(bits), a);
    backend.upload(MemorySegment.ofArray(bits), w);
    Executable program = prepare(new OpCall(new Add(), List.of(a, w), a, "sum"));
    // the wide constant, and scratch for a and the sum
    assertThat(backend.workspaceBytes()).isEqualTo(24 + (64 + 24));
    program.run();
    backend.download(a, MemorySegment.ofArray(bits));
    for (int i = 0; i < 6; i++) {
      assertThat(BFloat16.toFloat(bits[i])).isEqualTo(2 + i / 64f);
    }
    assertThat(backend.workspaceBytes()).isEqualTo(24 + (64 + 24));
    Reference.reachabilityFence(program);
  }

  @Test
  void needsAThread() {
    assertThatThrownBy(() -> new ReferenceBackend(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("threads must be >= 1, found 0");
  }
}
