package dev.framepack.kernels;

import dev.framepack.kernels.tensor.ShapeException;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorType;

/** The rules of {@link OpCall}, checked before a backend binds a kernel to raw memory. */
public final class CallCheck {
  private CallCheck() {}

  /** Throws {@link KernelException} when types or overlap of the call's tensors are wrong. */
  public static void check(OpCall call) {
    checkTypes(call);
    for (int i = 0; i < call.inputs().size(); i++) {
      checkOverlap(call, i);
    }
  }

  private static void checkTypes(OpCall call) {
    TensorType inferred;
    try {
      inferred = call.op().infer(call.inputs().stream().map(Tensor::type).toList());
    } catch (ShapeException e) {
      throw failure(call, e);
    }
    if (!inferred.equals(call.output().type())) {
      throw new KernelException(
          describe(call) + ": output must be " + inferred + ", found " + call.output());
    }
    if (call.output().isConstant()) {
      throw new KernelException(
          describe(call) + ": output " + call.output() + " is a constant; write to another tensor");
    }
  }

  private static void checkOverlap(OpCall call, int index) {
    Tensor input = call.input(index);
    Tensor output = call.output();
    boolean overlaps =
        input.arena() == output.arena()
            && input.byteOffset() < output.byteOffset() + output.byteSize()
            && output.byteOffset() < input.byteOffset() + input.byteSize();
    boolean exact =
        input.byteOffset() == output.byteOffset() && input.byteSize() == output.byteSize();
    if (overlaps && !(exact && call.op().mayOverwrite(index))) {
      throw new KernelException(
          "%s: output bytes %s..%s overlap input %s (%s) at %s..%s; %s"
              .formatted(
                  describe(call),
                  output.byteOffset(),
                  output.byteOffset() + output.byteSize(),
                  index,
                  input,
                  input.byteOffset(),
                  input.byteOffset() + input.byteSize(),
                  call.op().mayOverwrite(index)
                      ? "it may only be written over exactly"
                      : "give the output memory of its own"));
    }
  }

  /** The same failure with operation, label and types in front. */
  public static KernelException failure(OpCall call, RuntimeException cause) {
    return new KernelException(describe(call) + ": " + cause.getMessage(), cause);
  }

  private static String describe(OpCall call) {
    return "%s at %s %s -> %s"
        .formatted(call.op().name(), call.label(), call.inputs(), call.output().type());
  }
}
