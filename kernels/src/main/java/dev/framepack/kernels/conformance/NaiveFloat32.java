package dev.framepack.kernels.conformance;

import dev.framepack.kernels.op.Activate;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.Add;
import dev.framepack.kernels.op.Affine;
import dev.framepack.kernels.op.Attention;
import dev.framepack.kernels.op.Cast;
import dev.framepack.kernels.op.CausalConv3d;
import dev.framepack.kernels.op.Concat;
import dev.framepack.kernels.op.Crossfade;
import dev.framepack.kernels.op.Dequantize;
import dev.framepack.kernels.op.Embedding;
import dev.framepack.kernels.op.FramesToRgb8;
import dev.framepack.kernels.op.GatedResidual;
import dev.framepack.kernels.op.GaussianSample;
import dev.framepack.kernels.op.GroupNorm;
import dev.framepack.kernels.op.GuidanceRescale;
import dev.framepack.kernels.op.LayerNorm;
import dev.framepack.kernels.op.LayerNormModulate;
import dev.framepack.kernels.op.Linear;
import dev.framepack.kernels.op.LinearCombination;
import dev.framepack.kernels.op.MaskedMean;
import dev.framepack.kernels.op.Modulate;
import dev.framepack.kernels.op.Patchify;
import dev.framepack.kernels.op.Permute;
import dev.framepack.kernels.op.RelativeL1;
import dev.framepack.kernels.op.RmsNorm;
import dev.framepack.kernels.op.RmsNormRotary;
import dev.framepack.kernels.op.RotaryEmbedding;
import dev.framepack.kernels.op.Slice;
import dev.framepack.kernels.op.SwiGlu;
import dev.framepack.kernels.op.TimestepEmbedding;
import dev.framepack.kernels.op.Unpatchify;
import dev.framepack.kernels.op.UpsampleConv3d;
import dev.framepack.kernels.op.UpsampleNearest3d;
import java.util.Optional;

/**
 * Every operation by its definition in float32, one term after the other: a second opinion on the
 * reference, and the yardstick of the error rule.
 */
final class NaiveFloat32 {
  private NaiveFloat32() {}

  /** The result, or empty for operations that are exact and have no float32 arithmetic. */
  static Optional<float[]> run(Operands in) {
    return Optional.ofNullable(
        switch (in.op()) {
          case Linear op -> NaiveProducts.linear(op, in);
          case Attention op -> NaiveProducts.attention(op, in);
          case CausalConv3d op -> NaiveProducts.convolution(op, in);
          case LayerNorm op -> NaiveNorms.layerNorm(op, in);
          case Modulate _ -> NaiveNorms.modulate(in, in.values(0));
          case LayerNormModulate op ->
              NaiveNorms.modulate(in, NaiveNorms.layerNorm(new LayerNorm(false, op.eps()), in));
          case RmsNorm op -> NaiveNorms.rmsNorm(op.eps(), in);
          case GroupNorm op -> NaiveNorms.groupNorm(op, in);
          case RotaryEmbedding op -> NaiveNorms.rotary(op, in, in.values(0), 1);
          case RmsNormRotary op ->
              NaiveNorms.rotary(
                  new RotaryEmbedding(op.pairing()), in, NaiveNorms.rmsNorm(op.eps(), in), 2);
          case Activate op -> activate(op, in);
          case Add _ -> add(in);
          case GatedResidual _ -> gatedResidual(in);
          case SwiGlu _ -> swiGlu(in);
          case Affine op -> affine(op, in);
          case LinearCombination op -> linearCombination(op, in);
          case Crossfade op -> crossfade(op, in);
          case GaussianSample _ -> gaussianSample(in);
          case TimestepEmbedding op -> timestepEmbedding(op, in);
          case MaskedMean _ -> NaiveNorms.maskedMean(in);
          case GuidanceRescale _ -> NaiveNorms.guidanceRescale(in);
          case RelativeL1 _ -> NaiveNorms.relativeL1(in);
          case UpsampleConv3d op -> NaiveProducts.convolution(op, in);
          case UpsampleNearest3d _ -> null;
          case Patchify _ -> null;
          case Unpatchify _ -> null;
          case Concat _ -> null;
          case Slice _ -> null;
          case Permute _ -> null;
          case Cast _ -> null;
          case Dequantize _ -> null;
          case Embedding _ -> null;
          case FramesToRgb8 _ -> null;
        });
  }

  static float activate(Activation activation, float x) {
    return switch (activation) {
      case NONE -> x;
      case SILU -> x / (1 + exp(-x));
      case GELU -> 0.5f * x * (1 + erf(x / (float) Math.sqrt(2)));
      case GELU_TANH ->
          0.5f
              * x
              * (1
                  + (float)
                      Math.tanh((float) Math.sqrt(2 / Math.PI) * (x + 0.044715f * x * x * x)));
      case QUICK_GELU -> x / (1 + exp(-1.702f * x));
    };
  }

  private static float exp(float x) {
    return (float) Math.exp(x);
  }

  /** Abramowitz and Stegun 7.1.5 near zero, Simpson's rule on the density elsewhere. */
  static float erf(float x) {
    double z = Math.min(Math.abs((double) x), 6);
    int steps = 400;
    double h = z / steps;
    double sum = 1 + Math.exp(-z * z);
    for (int i = 1; i < steps; i++) {
      sum += (i % 2 == 0 ? 2 : 4) * Math.exp(-(i * h) * (i * h));
    }
    return (float) (Math.signum(x) * 2 / Math.sqrt(Math.PI) * sum * h / 3);
  }

  private static float[] activate(Activate op, Operands in) {
    return in.each(i -> activate(op.activation(), in.value(0, i)));
  }

  private static float[] add(Operands in) {
    return in.each(i -> in.value(0, i) + in.value(1, i % in.values(1).length));
  }

  private static float[] gatedResidual(Operands in) {
    return in.each(i -> in.value(0, i) + in.vector(1, i) * in.value(2, i));
  }

  private static float[] swiGlu(Operands in) {
    return in.each(i -> activate(Activation.SILU, in.value(0, i)) * in.value(1, i));
  }

  private static float[] affine(Affine op, Operands in) {
    return in.each(i -> in.value(0, i) * op.scale() + op.shift());
  }

  private static float[] linearCombination(LinearCombination op, Operands in) {
    return in.each(i -> {
      float sum = 0;
      for (int term = 0; term < op.terms(); term++) {
        sum += in.value(0, term) * in.value(term + 1, i);
      }
      return sum;
    });
  }

  private static float[] crossfade(Crossfade op, Operands in) {
    int axis = Math.floorMod(op.axis(), in.outputShape().rank());
    return in.each(i -> {
      float w = in.value(2, (int) in.position(i)[axis]);
      return w * in.value(0, i) + (1 - w) * in.value(1, i);
    });
  }

  private static float[] gaussianSample(Operands in) {
    return in.each(i -> {
      long[] at = in.position(i);
      float mean = in.at(0, at);
      at[1] += in.outputShape().dim(1);
      float logVariance = Math.min(Math.max(in.at(0, at), -30), 20);
      return mean + exp(logVariance / 2) * in.value(1, i);
    });
  }

  private static float[] timestepEmbedding(TimestepEmbedding op, Operands in) {
    int half = op.channels() / 2;
    return in.each(i -> {
      int k = i % op.channels();
      float frequency = exp((float) -Math.log(10000) * (k % half) / half);
      float angle = in.value(0, i / op.channels()) * frequency;
      return (float) (k < half ? Math.cos(angle) : Math.sin(angle));
    });
  }
}
