package dev.framepack.kernels.cpu.reference;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.Attention;
import dev.framepack.kernels.tensor.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@link Attention}, one query row at a time: scores, softmax, weighted sum of values. */
final class AttentionKernel {
  private final Attention op;
  private final Floats q; // [B, queries, heads, d]
  private final Floats k; // [B, keys, kvHeads, d]
  private final Floats v; // [B, keys, kvHeads, d]
  private final @Nullable Floats keyMask; // [B, keys]
  private final Floats y; // [B, queries, heads, d]
  private final int batch;
  private final int queries;
  private final int heads;
  private final int depth;
  private final int keys;
  private final int kvHeads;

  /** Scratch of one worker. */
  private record Row(double[] query, double[] weights, double[] sum) {}

  private AttentionKernel(Attention op, OpCall call) {
    this.op = op;
    Shape query = call.input(0).shape();
    Shape key = call.input(1).shape();
    this.batch = query.size(0);
    this.queries = query.size(1);
    this.heads = query.size(2);
    this.depth = query.size(3);
    this.keys = key.size(1);
    this.kvHeads = key.size(2);
    this.q = Floats.input(call, 0);
    this.k = Floats.input(call, 1);
    this.v = Floats.input(call, 2);
    this.keyMask = op.hasKeyMask() ? Floats.input(call, 3) : null;
    this.y = Floats.output(call);
  }

  static Runnable bind(Attention op, OpCall call, Workers workers) {
    AttentionKernel kernel = new AttentionKernel(op, call);
    Row[] scratch = new Row[workers.threads()];
    for (int i = 0; i < scratch.length; i++) {
      scratch[i] =
          new Row(new double[kernel.depth], new double[kernel.keys], new double[kernel.depth]);
    }
    // Heads outside queries, so that a head's keys and values stay in cache.
    long rows = (long) kernel.batch * kernel.heads * kernel.queries;
    Workers.Range body =
        (worker, from, to) -> {
          for (long row = from; row < to; row++) {
            kernel.row(row, scratch[worker]);
          }
        };
    return () -> workers.split(rows, body);
  }

  private void row(long row, Row scratch) {
    int query = (int) (row % queries);
    int head = (int) (row / queries % heads);
    int b = (int) (row / queries / heads);
    long offset = (((long) b * queries + query) * heads + head) * depth;
    long keyOffset = ((long) b * keys * kvHeads + head / (heads / kvHeads)) * depth;
    q.read(offset, scratch.query);
    scores(keyOffset, scratch);
    double total = softmaxNumerators(b, query, scratch.weights);
    weightedValues(keyOffset, scratch);
    for (int i = 0; i < depth; i++) {
      y.set(offset + i, total == 0 ? 0 : scratch.sum[i] / total);
    }
  }

  private void scores(long keyOffset, Row scratch) {
    long stride = (long) kvHeads * depth;
    double[] query = scratch.query;
    int j = 0;
    for (; j + 4 <= keys; j += 4) {
      long k0 = keyOffset + j * stride;
      long k1 = k0 + stride;
      long k2 = k1 + stride;
      long k3 = k2 + stride;
      double s0 = 0;
      double s1 = 0;
      double s2 = 0;
      double s3 = 0;
      for (int i = 0; i < depth; i++) {
        double x = query[i];
        s0 += x * k.get(k0 + i);
        s1 += x * k.get(k1 + i);
        s2 += x * k.get(k2 + i);
        s3 += x * k.get(k3 + i);
      }
      scratch.weights[j] = s0 * op.scale();
      scratch.weights[j + 1] = s1 * op.scale();
      scratch.weights[j + 2] = s2 * op.scale();
      scratch.weights[j + 3] = s3 * op.scale();
    }
    for (; j < keys; j++) {
      double sum = 0;
      for (int i = 0; i < depth; i++) {
        sum += query[i] * k.get(keyOffset + j * stride + i);
      }
      scratch.weights[j] = sum * op.scale();
    }
  }

  /** Scores to {@code exp(score - max)}, zero where closed; returns their sum. */
  private double softmaxNumerators(int b, int query, double[] weights) {
    double max = Double.NEGATIVE_INFINITY;
    for (int key = 0; key < keys; key++) {
      if (open(b, query, key)) {
        max = Math.max(max, weights[key]);
      }
    }
    double total = 0;
    for (int key = 0; key < keys; key++) {
      weights[key] = open(b, query, key) ? Math.exp(weights[key] - max) : 0;
      total += weights[key];
    }
    return total;
  }

  private void weightedValues(long keyOffset, Row scratch) {
    double[] sum = scratch.sum;
    Arrays.fill(sum, 0);
    for (int key = 0; key < keys; key++) {
      double weight = scratch.weights[key];
      if (weight == 0) {
        continue;
      }
      long row = keyOffset + (long) key * kvHeads * depth;
      for (int i = 0; i < depth; i++) {
        sum[i] += weight * v.get(row + i);
      }
    }
  }

  private boolean open(int b, int query, int key) {
    return switch (op.mask()) {
      case NONE -> true;
      case CAUSAL -> key <= query;
      case FRAME_CAUSAL -> key / op.tokensPerFrame() <= query / op.tokensPerFrame();
      case KEY_PADDING -> real(b, key);
      case PAIRWISE_PADDING -> key == 0 || (real(b, key) && real(b, query));
    };
  }

  private boolean real(int b, int token) {
    return keyMask != null && keyMask.get((long) b * keys + token) != 0;
  }
}
