package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.QuantFormat;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/**
 * A quantised matrix as elements: U8 {@code [N, rowBytes]} to {@code [N, K]}. Each element is the
 * format's formula in float32, rounded to the target once more, to nearest even; exact to the bit.
 *
 * @param format how the matrix lies in memory, and what it means
 * @param target F32, BF16 or F16
 */
public record Dequantize(QuantFormat format, DType target) implements Op {
  @Override
  public String name() {
    return "dequantize";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, 1);
    Check.that(target.isFloating(), this, "makes floats only, found %s", target);
    Shape stored = Check.dtype(this, inputs, 0, DType.U8, 2).shape();
    long k = format.rowElements(stored.dim(1));
    Check.that(k >= 0, this, "rows of %s bytes are no rows of %s", stored.dim(1), format);
    return new TensorType(Shape.of(stored.dim(0), k), target);
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.elementwise(this, inputs, format == QuantFormat.Q4_K ? 2 : 1);
  }
}
