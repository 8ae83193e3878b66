package dev.framepack.kernels.conformance;

import dev.framepack.kernels.op.Attention;
import dev.framepack.kernels.op.CausalConv3d;
import dev.framepack.kernels.op.Linear;
import dev.framepack.kernels.op.UpsampleConv3d;
import dev.framepack.kernels.tensor.Shape;

/** Matrix product, attention and convolution, in float32, by their definitions. */
final class NaiveProducts {
  private NaiveProducts() {}

  static float[] linear(Linear op, Operands in) {
    int columns = in.shapes().get(1).size(0);
    int depth = in.shapes().get(1).size(1);
    int next = op.epilogueInput();
    return in.each(i -> {
      int row = i / columns;
      int column = i % columns;
      float sum = 0;
      for (int k = 0; k < depth; k++) {
        sum += in.value(0, row * depth + k) * in.value(1, column * depth + k);
      }
      float y = NaiveFloat32.activate(op.activation(), op.bias() ? sum + in.value(2, column) : sum);
      return switch (op.epilogue()) {
        case NONE -> y;
        case ADD -> in.value(next, i) + y;
        case GATED_RESIDUAL -> in.value(next, i) + in.vector(next + 1, i) * y;
      };
    });
  }

  static float[] attention(Attention op, Operands in) {
    Shape q = in.shapes().get(0);
    int queries = q.size(1);
    int depth = q.size(3);
    float[] output = new float[(int) q.elementCount()];
    for (int b = 0; b < q.dim(0); b++) {
      for (int head = 0; head < q.dim(2); head++) {
        for (int query = 0; query < queries; query++) {
          float[] row = attentionRow(op, in, b, head, query);
          System.arraycopy(row, 0, output, Operands.flat(q, b, query, head, 0), depth);
        }
      }
    }
    return output;
  }

  private static float[] attentionRow(Attention op, Operands in, int b, int head, int query) {
    Shape k = in.shapes().get(1);
    int keys = k.size(1);
    int depth = k.size(3);
    int kvHead = head / (in.shapes().get(0).size(2) / k.size(2));
    float[] score = new float[keys];
    float max = Float.NEGATIVE_INFINITY;
    for (int key = 0; key < keys; key++) {
      float dot = 0;
      for (int d = 0; d < depth; d++) {
        dot += in.at(0, b, query, head, d) * in.at(1, b, key, kvHead, d);
      }
      score[key] = seen(op, in, b, query, key) ? dot * op.scale() : Float.NEGATIVE_INFINITY;
      max = Math.max(max, score[key]);
    }
    float[] output = new float[depth];
    if (max == Float.NEGATIVE_INFINITY) {
      return output;
    }
    float total = 0;
    for (int key = 0; key < keys; key++) {
      float weight = (float) Math.exp(score[key] - max);
      total += weight;
      for (int d = 0; d < depth; d++) {
        output[d] += weight * in.at(2, b, key, kvHead, d);
      }
    }
    for (int d = 0; d < depth; d++) {
      output[d] /= total;
    }
    return output;
  }

  private static boolean seen(Attention op, Operands in, int b, int query, int key) {
    return switch (op.mask()) {
      case NONE -> true;
      case CAUSAL -> query >= key;
      case FRAME_CAUSAL ->
          Math.floorDiv(query, op.tokensPerFrame()) >= Math.floorDiv(key, op.tokensPerFrame());
      case KEY_PADDING -> in.at(3, b, key) == 1;
      case PAIRWISE_PADDING -> in.at(3, b, key) * in.at(3, b, query) == 1 || key == 0;
    };
  }

  static float[] convolution(CausalConv3d op, Operands in) {
    return convolution(op, 1, 1, in);
  }

  static float[] convolution(UpsampleConv3d op, Operands in) {
    return convolution(CausalConv3d.unstrided(), op.scaleT(), op.scaleHw(), in);
  }

  /** Over a tensor whose frames but the first, rows and columns are repeated by the scales. */
  private static float[] convolution(CausalConv3d op, int scaleT, int scaleHw, Operands in) {
    Shape x = in.shapes().get(0);
    Shape w = in.shapes().get(1);
    return in.each(i -> {
      long[] at = in.position(i); // b, o, t, h, w
      float sum = in.value(2, (int) at[1]);
      for (int c = 0; c < w.dim(1); c++) {
        for (int t = 0; t < w.dim(2); t++) {
          for (int row = 0; row < w.dim(3); row++) {
            for (int column = 0; column < w.dim(4); column++) {
              long frame = at[2] * op.strideT() + t - (w.dim(2) - 1);
              long y = at[3] * op.strideHw() + row - w.dim(3) / 2;
              long z = at[4] * op.strideHw() + column - w.dim(4) / 2;
              sum +=
                  in.at(1, at[1], c, t, row, column)
                      * in.at(
                          0,
                          at[0],
                          c,
                          Math.ceilDiv(Math.max(frame, 0), scaleT),
                          edge(y, x.dim(3) * scaleHw) / scaleHw,
                          edge(z, x.dim(4) * scaleHw) / scaleHw);
            }
          }
        }
      }
      return op.residual() ? sum + in.value(3, i) : sum;
    });
  }

  private static long edge(long index, long size) {
    return Math.max(0, Math.min(index, size - 1));
  }
}
