package dev.framepack.kernels.cpu;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.Cast;
import dev.framepack.kernels.op.Concat;
import dev.framepack.kernels.op.Dequantize;
import dev.framepack.kernels.op.Embedding;
import dev.framepack.kernels.op.Permute;
import dev.framepack.kernels.op.Slice;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.HostArena;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Function;

/**
 * BF16 and F16 on kernels that compute in F32: half operands are widened into scratch, the kernel
 * runs there, and its result is rounded once, to nearest even. A constant is widened when it is
 * first bound, and its wide copy lives as long as the tensor; scratch lives as long as its program.
 */
final class HalfCalls {
  private final Function<OpCall, Runnable> binder;
  private final Map<Tensor, Tensor> wideConstants = new WeakHashMap<>();
  private final Set<HostArena> scratches = Collections.newSetFromMap(new WeakHashMap<>());

  /**
   * @param binder the kernel of a call in F32, or of a cast
   */
  HalfCalls(Function<OpCall, Runnable> binder) {
    this.binder = binder;
  }

  /** True for a call with a half operand that its kernel would have to compute with. */
  static boolean widens(OpCall call) {
    return switch (call.op()) {
      case Cast _, Dequantize _, Concat _, Slice _, Permute _, Embedding _ -> false;
      default -> isHalf(call.output()) || call.inputs().stream().anyMatch(HalfCalls::isHalf);
    };
  }

  private static boolean isHalf(Tensor tensor) {
    return tensor.dtype().isFloating() && tensor.dtype() != DType.F32;
  }

  private static TensorType wide(Tensor tensor) {
    return new TensorType(tensor.shape(), DType.F32);
  }

  /** The half calls of one program, which run one after the other and share scratch. */
  Program program(List<OpCall> calls) {
    long bytes =
        calls.stream().filter(HalfCalls::widens).mapToLong(Program::scratchBytes).max().orElse(0);
    HostArena scratch = HostArena.collected("half-precision scratch", bytes);
    synchronized (this) {
      scratches.add(scratch);
    }
    return new Program(scratch);
  }

  /** Bytes of wide constants and of the scratch of programs in use. */
  synchronized long bytes() {
    return scratches.stream().mapToLong(HostArena::highWaterBytes).sum()
        + wideConstants.values().stream().mapToLong(Tensor::byteSize).sum();
  }

  private synchronized Tensor wideConstant(Tensor constant) {
    return wideConstants.computeIfAbsent(
        constant,
        half -> {
          HostArena memory = HostArena.collected("wide " + half.name(), wide(half).byteSize());
          Tensor target = memory.allocate(half.name(), wide(half));
          binder.apply(cast(half, target, half.name())).run();
          return target.asConstant();
        });
  }

  private static OpCall cast(Tensor from, Tensor to, String label) {
    return new OpCall(new Cast(to.dtype()), List.of(from), to, label);
  }

  /** Binds half calls over one scratch. */
  final class Program {
    private final HostArena scratch;

    private Program(HostArena scratch) {
      this.scratch = scratch;
    }

    private static long scratchBytes(OpCall call) {
      long bytes = isHalf(call.output()) ? TensorArena.align(wide(call.output()).byteSize()) : 0;
      for (Tensor input : call.inputs()) {
        if (isHalf(input) && !input.isConstant()) {
          bytes += TensorArena.align(wide(input).byteSize());
        }
      }
      return bytes;
    }

    Runnable bind(OpCall call) {
      List<Runnable> steps = new ArrayList<>();
      List<Tensor> inputs = new ArrayList<>();
      long offset = 0;
      for (Tensor input : call.inputs()) {
        if (!isHalf(input)) {
          inputs.add(input);
        } else if (input.isConstant()) {
          inputs.add(wideConstant(input));
        } else {
          Tensor wide = scratch.view(input.name(), wide(input), offset);
          offset += TensorArena.align(wide.byteSize());
          inputs.add(wide);
          steps.add(binder.apply(cast(input, wide, call.label())));
        }
      }
      if (!isHalf(call.output())) {
        steps.add(binder.apply(new OpCall(call.op(), inputs, call.output(), call.label())));
        return new Steps(steps.toArray(Runnable[]::new), scratch);
      }
      Tensor wide = scratch.view(call.output().name(), wide(call.output()), offset);
      steps.add(binder.apply(new OpCall(call.op(), inputs, wide, call.label())));
      steps.add(binder.apply(cast(wide, call.output(), call.label())));
      return new Steps(steps.toArray(Runnable[]::new), scratch);
    }
  }

  /** Kernels in order; refers to the scratch, so that it is counted while the program lives. */
  @SuppressWarnings("ArrayRecordComponent") // made once, never handed on
  private record Steps(Runnable[] kernels, HostArena scratch) implements Runnable {
    @Override
    public void run() {
      for (Runnable kernel : kernels) {
        kernel.run();
      }
    }
  }
}
