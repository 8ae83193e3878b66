package dev.framepack.kernels.conformance;

import dev.framepack.kernels.op.GroupNorm;
import dev.framepack.kernels.op.LayerNorm;
import dev.framepack.kernels.op.RotaryEmbedding;
import dev.framepack.kernels.tensor.Shape;

/** Normalisations, rotary embedding and reductions, in float32, by their definitions. */
final class NaiveNorms {
  /** Elements added one by one; longer sums are sums of such runs, as any program's would be. */
  private static final int RUN = 4096;

  private NaiveNorms() {}

  private static float mean(float[] x, int from, int count) {
    float sum = 0;
    for (int begin = from; begin < from + count; begin += RUN) {
      float run = 0;
      for (int i = begin; i < Math.min(begin + RUN, from + count); i++) {
        run += x[i];
      }
      sum += run;
    }
    return sum / count;
  }

  /** Sum of squared distances from the mean. */
  private static float squares(float[] x, int from, int count, float mean) {
    float sum = 0;
    for (int begin = from; begin < from + count; begin += RUN) {
      float run = 0;
      for (int i = begin; i < Math.min(begin + RUN, from + count); i++) {
        run += (x[i] - mean) * (x[i] - mean);
      }
      sum += run;
    }
    return sum;
  }

  private static float inverseRoot(float x) {
    return (float) (1 / Math.sqrt(x));
  }

  static float[] layerNorm(LayerNorm op, Operands in) {
    float[] x = in.values(0);
    int width = in.outputShape().size(-1);
    float[] output = new float[x.length];
    for (int row = 0; row < x.length; row += width) {
      float mean = mean(x, row, width);
      float scale = inverseRoot(squares(x, row, width, mean) / width + op.eps());
      for (int i = 0; i < width; i++) {
        float value = (x[row + i] - mean) * scale;
        output[row + i] = op.affine() ? value * in.value(1, i) + in.value(2, i) : value;
      }
    }
    return output;
  }

  static float[] modulate(Operands in, float[] x) {
    return in.each(i -> x[i] * (1 + in.vector(1, i)) + in.vector(2, i));
  }

  static float[] rmsNorm(float eps, Operands in) {
    float[] x = in.values(0);
    int width = in.outputShape().size(-1);
    float[] output = new float[x.length];
    for (int row = 0; row < x.length; row += width) {
      float scale = inverseRoot(squares(x, row, width, 0) / width + eps);
      for (int i = 0; i < width; i++) {
        output[row + i] = x[row + i] * scale * in.value(1, i);
      }
    }
    return output;
  }

  static float[] groupNorm(GroupNorm op, Operands in) {
    float[] x = in.values(0);
    Shape shape = in.outputShape();
    int group = (int) (shape.product(1, shape.rank()) / op.groups());
    int groups = x.length / group;
    float[] mean = new float[groups];
    float[] scale = new float[groups];
    for (int g = 0; g < groups; g++) {
      mean[g] = mean(x, g * group, group);
      scale[g] = inverseRoot(squares(x, g * group, group, mean[g]) / group + op.eps());
    }
    return in.each(i -> {
      int channel = (int) in.position(i)[1];
      float value = (x[i] - mean[i / group]) * scale[i / group];
      return NaiveFloat32.activate(
          op.activation(), value * in.value(1, channel) + in.value(2, channel));
    });
  }

  static float[] rotary(RotaryEmbedding op, Operands in, float[] x, int table) {
    int depth = in.outputShape().size(3);
    return in.each(i -> {
      long[] at = in.position(i); // b, token, head, d
      if (at[1] >= in.shapes().get(table).dim(0)) {
        return x[i];
      }
      int d = (int) at[3];
      int partner =
          switch (op.pairing()) {
            case ADJACENT -> d ^ 1;
            case HALVES -> (d + depth / 2) % depth;
          };
      float turned = partner > d ? -x[i - d + partner] : x[i - d + partner];
      return x[i] * in.at(table, at[1], d) + turned * in.at(table + 1, at[1], d);
    });
  }

  static float[] maskedMean(Operands in) {
    Shape x = in.shapes().get(0);
    return in.each(i -> {
      long[] at = in.position(i); // b, d
      float sum = 0;
      float kept = 0;
      for (int token = 0; token < x.dim(1); token++) {
        sum += in.at(1, at[0], token) * in.at(0, at[0], token, at[1]);
        kept += in.at(1, at[0], token);
      }
      return sum / kept;
    });
  }

  static float[] guidanceRescale(Operands in) {
    int sample = (int) in.outputShape().product(1, in.outputShape().rank());
    float r = in.value(0, 0);
    return in.each(i -> {
      int start = i / sample * sample;
      float ratio = deviation(in.values(2), start, sample) / deviation(in.values(1), start, sample);
      return r * in.value(1, i) * ratio + (1 - r) * in.value(1, i);
    });
  }

  private static float deviation(float[] x, int from, int count) {
    return (float) Math.sqrt(squares(x, from, count, mean(x, from, count)) / (count - 1));
  }

  static float[] relativeL1(Operands in) {
    float difference = 0;
    float size = 0;
    for (int i = 0; i < in.values(0).length; i++) {
      difference += Math.abs(in.value(0, i) - in.value(1, i));
      size += Math.abs(in.value(1, i));
    }
    return new float[] {difference / size};
  }
}
