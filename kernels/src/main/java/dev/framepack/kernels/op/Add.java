package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/**
 * {@code a + b}. Inputs: a {@code [...]}, b of the same shape or of a's innermost axes (a bias, a
 * position table).
 */
public record Add() implements Op {
  @Override
  public String name() {
    return "add";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, 2);
    TensorType a = Check.floating(this, inputs, 0);
    TensorType b = Check.dtype(this, inputs, 1, a.dtype());
    Check.that(
        b.shape().isSuffixOf(a.shape()),
        this,
        "b must be a suffix of %s, found %s",
        a.shape(),
        b.shape());
    return a;
  }

  @Override
  public boolean mayOverwrite(int index) {
    return index == 0;
  }
}
