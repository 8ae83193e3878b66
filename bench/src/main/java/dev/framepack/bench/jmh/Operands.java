package dev.framepack.bench.jmh;

import dev.framepack.kernels.tensor.HostArena;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.ValueLayout;
import java.util.Locale;
import java.util.SplittableRandom;

/** Tensors of one benchmark, and the comparison that stops a benchmark of a wrong result. */
final class Operands implements AutoCloseable {
  private final HostArena arena;
  private final SplittableRandom random = new SplittableRandom(0);

  Operands(long bytes) {
    arena = new HostArena("bench", bytes);
  }

  /** Normally distributed values. */
  Tensor normal(long... dims) {
    Tensor tensor = empty(dims);
    for (long i = 0; i < tensor.shape().elementCount(); i++) {
      tensor.hostSegment().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
    }
    return tensor;
  }

  Tensor empty(long... dims) {
    return arena.allocate("operand", TensorType.f32(dims));
  }

  static double at(Tensor tensor, long index) {
    return tensor.hostSegment().getAtIndex(ValueLayout.JAVA_FLOAT, index);
  }

  /**
   * @throws IllegalStateException when found is further from expected than {@code tolerance}
   */
  static void check(String what, long index, double expected, double found, double tolerance) {
    if (!(Math.abs(expected - found) <= tolerance)) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%s: element %s must be %.7g, found %.7g",
              what,
              index,
              expected,
              found));
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
