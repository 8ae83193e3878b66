package dev.framepack.kernels.conformance;

import dev.framepack.kernels.tensor.Shape;
import java.util.Random;

/** How an operand's elements are made, in order, from a seeded generator. */
@FunctionalInterface
public interface Fill {

  double at(Random random, Shape shape, long index);

  /** Standard normal. */
  Fill NORMAL = (random, shape, index) -> random.nextGaussian();

  /** Normal over the square root of the inputs of one output: keeps products near one. */
  Fill WEIGHT =
      (random, shape, index) ->
          random.nextGaussian() / Math.sqrt(Math.max(1, shape.product(1, shape.rank())));

  /** Uniform in 0.5..1.5: norm weights. */
  Fill NEAR_ONE = (random, shape, index) -> 0.5 + random.nextDouble();

  /** Uniform in 0..1. */
  Fill UNIT = (random, shape, index) -> random.nextDouble();

  /**
   * Rows (last axis) of very different magnitude, 1e-4 to 1e4, some far from zero: what breaks a
   * softmax without its maximum and a variance in one pass.
   */
  Fill UNEVEN_ROWS =
      (random, shape, index) -> {
        long row = index / Math.max(1, shape.dim(-1));
        double scale = Math.pow(10, row * 3 % 9 - 4);
        return scale * (random.nextGaussian() + (row % 3 == 2 ? 30 : 0));
      };

  /** Zeros of both signs, subnormals, the largest magnitudes, and saturating arguments. */
  Fill EXTREMES =
      (random, shape, index) -> {
        double[] values = {
          0, -0.0, 1e-45, -1e-40, 1e-30, -1e-8, 1, -1, 5.5, -5.5, 20, -20, 88, -88, 104, -104, 1e4,
          -1e4, 3e18, -3e18
        };
        return values[(int) (index % values.length)];
      };

  /** 0/1: the first entries of a row real, the rest padded, every row another length. */
  Fill PREFIX_MASK =
      (random, shape, index) -> {
        long size = shape.dim(-1);
        long row = index / size;
        return index % size < Math.max(1, size - row * 3 % size) ? 1 : 0;
      };

  /** 0/1 with holes; odd rows closed altogether. */
  Fill HOLED_MASK =
      (random, shape, index) ->
          index / shape.dim(-1) % 2 == 0 && (index % shape.dim(-1)) % 3 != 1 ? 1 : 0;

  /** Timesteps and guidance as the model sees them, 0..10000. */
  Fill TIMESTEP = (random, shape, index) -> index == 0 ? 10000 : 1000 * random.nextDouble();

  /** Pixels around -1..1, every third exactly between two bytes. */
  Fill PIXELS =
      (random, shape, index) ->
          index % 3 == 0
              ? (2 * random.nextInt(256) - 254.0) / 255
              : 2.4 * random.nextDouble() - 1.2;

  /** Whole numbers in {@code 0..limit-1}. */
  static Fill ids(int limit) {
    return (random, shape, index) -> random.nextInt(limit);
  }

  /** Log-variances beyond both ends of the clamp; the means before them are normal. */
  Fill MOMENTS =
      (random, shape, index) -> {
        boolean mean = index / shape.product(2, shape.rank()) % shape.dim(1) < shape.dim(1) / 2;
        return random.nextGaussian() * (mean ? 1 : 20);
      };
}
