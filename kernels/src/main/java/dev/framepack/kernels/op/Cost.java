package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/**
 * What an operation must at least do.
 *
 * @param flops additions and multiplications, a fused multiply-add counting two
 * @param bytes inputs read once plus output written once
 */
public record Cost(long flops, long bytes) {

  /** Both after one another. */
  public Cost plus(Cost other) {
    return new Cost(Math.addExact(flops, other.flops), Math.addExact(bytes, other.bytes));
  }

  static Cost of(Op op, List<TensorType> inputs, long flops) {
    long bytes = op.infer(inputs).byteSize();
    for (TensorType input : inputs) {
      bytes = Math.addExact(bytes, input.byteSize());
    }
    return new Cost(flops, bytes);
  }

  static Cost elementwise(Op op, List<TensorType> inputs, long flopsPerElement) {
    return of(op, inputs, op.infer(inputs).shape().elementCount() * flopsPerElement);
  }
}
