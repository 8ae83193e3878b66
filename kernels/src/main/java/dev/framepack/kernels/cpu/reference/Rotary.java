package dev.framepack.kernels.cpu.reference;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.RmsNormRotary;
import dev.framepack.kernels.op.RotaryEmbedding;
import dev.framepack.kernels.op.RotaryEmbedding.Pairing;
import dev.framepack.kernels.tensor.Shape;

/** Rotary position embedding, alone and after the RMS norm of q and k. */
final class Rotary {
  private final Pairing pairing;
  private final Floats cos; // [R, d]
  private final Floats sin; // [R, d]
  private final Floats y; // [B, N, heads, d]
  private final long tokens;
  private final long heads;
  private final int depth;
  private final long rotatedTokens;

  private Rotary(Pairing pairing, OpCall call, int cosInput) {
    Shape shape = call.output().shape();
    this.pairing = pairing;
    this.cos = Floats.input(call, cosInput);
    this.sin = Floats.input(call, cosInput + 1);
    this.y = Floats.output(call);
    this.tokens = shape.dim(1);
    this.heads = shape.dim(2);
    this.depth = shape.size(3);
    this.rotatedTokens = call.input(cosInput).shape().dim(0);
  }

  static Runnable rotary(RotaryEmbedding op, OpCall call, Workers workers) {
    Floats x = Floats.input(call, 0);
    Rotary rotary = new Rotary(op.pairing(), call, 1);
    return rotary.perHead(
        workers,
        (start, row) -> {
          x.read(start, row);
          rotary.write(start, row);
        });
  }

  static Runnable rmsNormRotary(RmsNormRotary op, OpCall call, Workers workers) {
    Floats x = Floats.input(call, 0);
    Floats weight = Floats.input(call, 1); // [d]
    Rotary rotary = new Rotary(op.pairing(), call, 2);
    return rotary.perHead(
        workers,
        (start, row) -> {
          double scale = Norms.inverseRms(x, start, row.length, op.eps());
          for (int i = 0; i < row.length; i++) {
            row[i] = x.get(start + i) * scale * weight.get(i);
          }
          rotary.write(start, row);
        });
  }

  /** Work on the d values of one token and head. */
  @FunctionalInterface
  private interface HeadBody {
    void run(long start, double[] row);
  }

  private Runnable perHead(Workers workers, HeadBody head) {
    double[][] scratch = new double[workers.threads()][depth];
    long rows = depth == 0 ? 0 : y.memory().byteSize() / Float.BYTES / depth;
    Workers.Range body =
        (worker, from, to) -> {
          for (long row = from; row < to; row++) {
            head.run(row * depth, scratch[worker]);
          }
        };
    return () -> workers.split(rows, body);
  }

  private void write(long start, double[] row) {
    long token = start / depth / heads % tokens;
    for (int i = 0; i < depth; i++) {
      y.set(
          start + i,
          token < rotatedTokens
              ? row[i] * cos.get(token * depth + i) + partner(row, i) * sin.get(token * depth + i)
              : row[i]);
    }
  }

  /** {@code rot(x)[i]}. */
  private double partner(double[] row, int i) {
    return switch (pairing) {
      case ADJACENT -> i % 2 == 0 ? -row[i + 1] : row[i - 1];
      case HALVES -> i < depth / 2 ? -row[i + depth / 2] : row[i - depth / 2];
    };
  }
}
