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
    that(inputs.size() == expected, op, "takes %s inputs, found %s", expected, inputs.size());
  }

  /** An input of any float type: the one an operation computes in. */
  static TensorType floating(Op op, List<TensorType> inputs, int index) {
    TensorType input = inputs.get(index);
    that(
        input.dtype().isFloating(),
        op,
        "input %s must be F32, BF16 or F16, found %s",
        index,
        input);
    return input;
  }

  static TensorType floating(Op op, List<TensorType> inputs, int index, int rank) {
    return rank(op, index, floating(op, inputs, index), rank);
  }

  static TensorType dtype(Op op, List<TensorType> inputs, int index, DType dtype) {
    TensorType input = inputs.get(index);
    that(input.dtype() == dtype, op, "input %s must be %s, found %s", index, dtype, input);
    return input;
  }

  static TensorType dtype(Op op, List<TensorType> inputs, int index, DType dtype, int rank) {
    return rank(op, index, dtype(op, inputs, index, dtype), rank);
  }

  private static TensorType rank(Op op, int index, TensorType input, int rank) {
    that(
        input.shape().rank() == rank,
        op,
        "input %s must have rank %s, found %s",
        index,
        rank,
        input);
    return input;
  }

  static void shape(Op op, List<TensorType> inputs, int index, DType dtype, long... expected) {
    TensorType input = dtype(op, inputs, index, dtype);
    that(
        input.shape().equals(Shape.of(expected)),
        op,
        "input %s must be %s, found %s",
        index,
        Shape.of(expected),
        input.shape());
  }

  /** The axis as a non-negative number. */
  static int axis(Op op, TensorType input, int axis) {
    int rank = input.shape().rank();
    that(
        axis >= -rank && axis < rank, op, "axis %s must exist in the input, found %s", axis, input);
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
          "%s: %s must be at least 1, found %s".formatted(opName, parameter, value));
    }
  }

  static void that(boolean holds, Op op, String message, Object... values) {
    if (!holds) {
      throw new ShapeException(op.name() + ": " + message.formatted(values));
    }
  }
}
