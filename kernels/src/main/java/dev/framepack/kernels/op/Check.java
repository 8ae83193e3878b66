package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.ShapeException;
import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/** Shape checks with messages that say operation, operand, expected and found. */
final class Check {
  private Check() {}

  static void inputs(Op op, List<TensorType> inputs, int expected) {
    that(inputs.size() == expected, op, "takes %d inputs, found %d", expected, inputs.size());
  }

  static TensorType f32(Op op, List<TensorType> inputs, int index, int rank) {
    TensorType input = dtype(op, inputs, index, DType.F32);
    that(
        input.shape().rank() == rank,
        op,
        "input %d must have rank %d, found %s",
        index,
        rank,
        input);
    return input;
  }

  static TensorType f32(Op op, List<TensorType> inputs, int index) {
    return dtype(op, inputs, index, DType.F32);
  }

  static TensorType dtype(Op op, List<TensorType> inputs, int index, DType dtype) {
    TensorType input = inputs.get(index);
    that(input.dtype() == dtype, op, "input %d must be %s, found %s", index, dtype, input);
    return input;
  }

  static void shape(Op op, List<TensorType> inputs, int index, long... expected) {
    TensorType input = f32(op, inputs, index);
    that(
        input.shape().equals(Shape.of(expected)),
        op,
        "input %d must be %s, found %s",
        index,
        Shape.of(expected),
        input.shape());
  }

  /** The axis as a non-negative number. */
  static int axis(Op op, TensorType input, int axis) {
    int rank = input.shape().rank();
    that(
        axis >= -rank && axis < rank, op, "axis %d must exist in the input, found %s", axis, input);
    return input.shape().axis(axis);
  }

  /** The last axis' size of an input that must have one. */
  static long lastDim(Op op, TensorType input) {
    return input.shape().dim(axis(op, input, -1));
  }

  /** For constructors: a stride, scale, patch or count. */
  static void positive(String opName, String parameter, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "%s: %s must be at least 1, found %d".formatted(opName, parameter, value));
    }
  }

  static void that(boolean holds, Op op, String message, Object... values) {
    if (!holds) {
      throw new ShapeException(op.name() + ": " + message.formatted(values));
    }
  }
}
