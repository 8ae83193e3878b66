package dev.framepack.kernels.cpu.reference;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.GroupNorm;
import dev.framepack.kernels.op.LayerNorm;
import dev.framepack.kernels.op.LayerNormModulate;
import dev.framepack.kernels.op.RmsNorm;
import dev.framepack.kernels.tensor.Shape;

/** Normalisations and modulation; statistics in two passes, biased variance. */
final class Norms {
  private Norms() {}

  /** Rows (tokens) that share one modulation vector: all of a sample, or one. */
  static long rowsPerVector(Shape x, Shape vector) {
    return vector.equals(x) ? 1 : x.dim(1);
  }

  static long rows(Shape x) {
    return x.dim(-1) == 0 ? 0 : x.elementCount() / x.dim(-1);
  }

  static Runnable layerNorm(LayerNorm op, OpCall call, Workers workers) {
    int width = call.output().shape().size(-1);
    Floats x = Floats.input(call, 0);
    Floats y = Floats.output(call);
    if (!op.affine()) {
      return perRow(call, workers, start -> normalizeRow(x, y, start, width, op.eps()));
    }
    Floats weight = Floats.input(call, 1);
    Floats bias = Floats.input(call, 2);
    return perRow(
        call,
        workers,
        start -> {
          double mean = mean(x, start, width);
          double scale = 1 / Math.sqrt(variance(x, start, width, mean) + op.eps());
          for (int i = 0; i < width; i++) {
            y.set(start + i, (x.get(start + i) - mean) * scale * weight.get(i) + bias.get(i));
          }
        });
  }

  private static void normalizeRow(Floats x, Floats y, long start, int width, double eps) {
    double mean = mean(x, start, width);
    double scale = 1 / Math.sqrt(variance(x, start, width, mean) + eps);
    for (int i = 0; i < width; i++) {
      y.set(start + i, (x.get(start + i) - mean) * scale);
    }
  }

  static Runnable modulate(OpCall call, Workers workers) {
    int width = call.output().shape().size(-1);
    Floats x = Floats.input(call, 0);
    Floats scale = Floats.input(call, 1); // [B, D] or [B, N, D]
    Floats shift = Floats.input(call, 2); // like scale
    Floats y = Floats.output(call);
    long rowsPerVector = rowsPerVector(call.output().shape(), call.input(1).shape());
    return perRow(
        call,
        workers,
        start -> {
          long vector = start / width / rowsPerVector * width;
          for (int i = 0; i < width; i++) {
            y.set(
                start + i,
                x.get(start + i) * (1.0 + scale.get(vector + i)) + shift.get(vector + i));
          }
        });
  }

  static Runnable layerNormModulate(LayerNormModulate op, OpCall call, Workers workers) {
    int width = call.output().shape().size(-1);
    Floats x = Floats.input(call, 0);
    Floats scale = Floats.input(call, 1); // [B, D] or [B, N, D]
    Floats shift = Floats.input(call, 2); // like scale
    Floats y = Floats.output(call);
    long rowsPerVector = rowsPerVector(call.output().shape(), call.input(1).shape());
    return perRow(
        call,
        workers,
        start -> {
          double mean = mean(x, start, width);
          double inverse = 1 / Math.sqrt(variance(x, start, width, mean) + op.eps());
          long vector = start / width / rowsPerVector * width;
          for (int i = 0; i < width; i++) {
            double normalized = (x.get(start + i) - mean) * inverse;
            y.set(start + i, normalized * (1.0 + scale.get(vector + i)) + shift.get(vector + i));
          }
        });
  }

  static Runnable rmsNorm(RmsNorm op, OpCall call, Workers workers) {
    int width = call.output().shape().size(-1);
    Floats x = Floats.input(call, 0);
    Floats weight = Floats.input(call, 1); // [D]
    Floats y = Floats.output(call);
    return perRow(
        call,
        workers,
        start -> {
          double scale = inverseRms(x, start, width, op.eps());
          for (int i = 0; i < width; i++) {
            y.set(start + i, x.get(start + i) * scale * weight.get(i));
          }
        });
  }

  static Runnable groupNorm(GroupNorm op, OpCall call, Workers workers) {
    Shape shape = call.output().shape(); // [B, C, ...]
    Floats x = Floats.input(call, 0);
    Floats weight = Floats.input(call, 1); // [C]
    Floats bias = Floats.input(call, 2); // [C]
    Floats y = Floats.output(call);
    long positions = shape.product(2, shape.rank());
    long channelsPerGroup = shape.dim(1) / op.groups();
    long groupSize = channelsPerGroup * positions;
    Workers.Range body =
        (_, from, to) -> {
          for (long group = from; group < to; group++) {
            long start = group * groupSize;
            double mean = mean(x, start, groupSize);
            double scale = 1 / Math.sqrt(variance(x, start, groupSize, mean) + op.eps());
            for (long i = 0; i < groupSize; i++) {
              long channel = group % op.groups() * channelsPerGroup + i / positions;
              double value =
                  (x.get(start + i) - mean) * scale * weight.get(channel) + bias.get(channel);
              y.set(start + i, Activations.apply(op.activation(), value));
            }
          }
        };
    return () -> workers.split(shape.dim(0) * op.groups(), body);
  }

  /** {@code 1 / sqrt(mean(x^2) + eps)}. */
  static double inverseRms(Floats x, long start, int width, double eps) {
    double squares = 0;
    for (int i = 0; i < width; i++) {
      double value = x.get(start + i);
      squares += value * value;
    }
    return 1 / Math.sqrt(squares / width + eps);
  }

  private static double mean(Floats x, long start, long size) {
    double sum = 0;
    for (long i = 0; i < size; i++) {
      sum += x.get(start + i);
    }
    return sum / size;
  }

  private static double variance(Floats x, long start, long size, double mean) {
    double sum = 0;
    for (long i = 0; i < size; i++) {
      double difference = x.get(start + i) - mean;
      sum += difference * difference;
    }
    return sum / size;
  }

  /** Work on one row of the last axis, given the index of its first element. */
  @FunctionalInterface
  interface RowBody {
    void run(long start);
  }

  static Runnable perRow(OpCall call, Workers workers, RowBody row) {
    Shape shape = call.output().shape();
    long width = shape.dim(-1);
    long rows = rows(shape);
    Workers.Range body =
        (_, from, to) -> {
          for (long i = from; i < to; i++) {
            row.run(i * width);
          }
        };
    return () -> workers.split(rows, body);
  }
}
