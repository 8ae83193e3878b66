package dev.framepack.kernels.cpu.reference;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.tensor.Shape;

/** Operations that reduce a whole tensor or an axis. */
final class Reductions {
  private Reductions() {}

  /** A sample without a kept row yields NaN, as the division of zero by zero in PyTorch. */
  static Runnable maskedMean(OpCall call, Workers workers) {
    Shape shape = call.input(0).shape(); // [B, N, D]
    int tokens = shape.size(1);
    int width = shape.size(2);
    Floats x = Floats.input(call, 0);
    Floats mask = Floats.input(call, 1); // [B, N]
    Floats y = Floats.output(call); // [B, D]
    Workers.Range body =
        (_, from, to) -> {
          for (long i = from; i < to; i++) {
            long b = i / width;
            double sum = 0;
            double kept = 0;
            for (int token = 0; token < tokens; token++) {
              double weight = mask.get(b * tokens + token);
              sum += weight * x.get((b * tokens + token) * width + i % width);
              kept += weight;
            }
            y.set(i, sum / kept);
          }
        };
    return () -> workers.split(call.output().shape().elementCount(), body);
  }

  static Runnable relativeL1(OpCall call) {
    long count = call.input(0).shape().elementCount();
    Floats a = Floats.input(call, 0);
    Floats b = Floats.input(call, 1);
    Floats y = Floats.output(call); // [1]
    return () -> {
      double difference = 0;
      double magnitude = 0;
      for (long i = 0; i < count; i++) {
        difference += Math.abs((double) a.get(i) - b.get(i));
        magnitude += Math.abs(b.get(i));
      }
      y.set(0, difference / magnitude);
    };
  }

  static Runnable guidanceRescale(OpCall call, Workers workers) {
    Shape shape = call.output().shape(); // [B, ...]
    long sample = shape.product(1, shape.rank());
    Floats rescale = Floats.input(call, 0); // [1]
    Floats guided = Floats.input(call, 1);
    Floats positive = Floats.input(call, 2);
    Floats y = Floats.output(call);
    Workers.Range body =
        (_, from, to) -> {
          for (long b = from; b < to; b++) {
            double ratio =
                standardDeviation(positive, b * sample, sample)
                    / standardDeviation(guided, b * sample, sample);
            double r = rescale.get(0);
            for (long i = b * sample; i < (b + 1) * sample; i++) {
              y.set(i, r * guided.get(i) * ratio + (1 - r) * guided.get(i));
            }
          }
        };
    return () -> workers.split(shape.dim(0), body);
  }

  /** Unbiased, as {@code torch.std}. */
  private static double standardDeviation(Floats x, long start, long count) {
    double sum = 0;
    for (long i = start; i < start + count; i++) {
      sum += x.get(i);
    }
    double mean = sum / count;
    double squares = 0;
    for (long i = start; i < start + count; i++) {
      double difference = x.get(i) - mean;
      squares += difference * difference;
    }
    return Math.sqrt(squares / (count - 1));
  }
}
