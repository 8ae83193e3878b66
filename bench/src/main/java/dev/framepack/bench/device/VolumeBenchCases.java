package dev.framepack.bench.device;

import static dev.framepack.kernels.conformance.Fill.NORMAL;
import static dev.framepack.kernels.conformance.Fill.UNIT;

import dev.framepack.kernels.conformance.Fill;
import dev.framepack.kernels.conformance.OpCase;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.Attention;
import dev.framepack.kernels.op.CausalConv3d;
import dev.framepack.kernels.op.Crossfade;
import dev.framepack.kernels.op.FramesToRgb8;
import dev.framepack.kernels.op.GaussianSample;
import dev.framepack.kernels.op.GroupNorm;
import dev.framepack.kernels.op.UpsampleConv3d;
import dev.framepack.kernels.op.UpsampleNearest3d;
import java.util.ArrayList;
import java.util.List;

/** The VAE's operations at the shapes of one decoding window, in F32. */
final class VolumeBenchCases {
  private static final float EPS = 1e-6f;

  private VolumeBenchCases() {}

  static List<OpCase> all(BenchScale s) {
    List<OpCase> cases = new ArrayList<>();
    int inner = 4 * s.channels();
    int frames = 4 * s.frames() - 3;
    int height = 8 * s.latentHeight();
    int width = 8 * s.latentWidth();
    long[] small = {1, inner, s.frames(), s.latentHeight(), s.latentWidth()};
    long[] large = {1, s.channels(), frames, height, width};
    cases.add(conv(CausalConv3d.unstrided(), 3, inner, small));
    cases.add(
        conv(new CausalConv3d(1, 1, true), 3, s.channels(), large).input(NORMAL, large).over(3));
    cases.add(conv(CausalConv3d.unstrided(), 3, 3, large));
    cases.add(conv(CausalConv3d.unstrided(), 1, 2 * s.channels(), large));
    cases.add(conv(new CausalConv3d(2, 2, false), 3, s.channels(), large));
    cases.add(
        conv(
            CausalConv3d.unstrided(),
            3,
            inner,
            1,
            16,
            s.frames(),
            s.latentHeight(),
            s.latentWidth()));
    cases.add(conv(CausalConv3d.unstrided(), 3, s.channels(), 1, 3, 1, height, width));
    for (int scaleT = 1; scaleT <= 2; scaleT++) {
      cases.add(
          OpCase.of(new UpsampleConv3d(scaleT, 2))
              .input(NORMAL, small)
              .weight(Fill.WEIGHT, inner, inner, 3, 3, 3)
              .weight(NORMAL, inner));
      cases.add(OpCase.of(new UpsampleNearest3d(scaleT, 2)).input(NORMAL, small));
    }
    cases.add(groupNorm(Activation.SILU, large));
    cases.add(groupNorm(Activation.NONE, small));
    int tokens = s.frames() * s.latentHeight() * s.latentWidth();
    cases.add(
        new OpCase(
            new Attention(
                Attention.Mask.FRAME_CAUSAL,
                s.latentHeight() * s.latentWidth(),
                (float) (1 / Math.sqrt(inner))),
            KernelBenchCases.attention(Attention.Mask.NONE, tokens, 1, 1, inner).operands(),
            -1));
    long[] pixels = {1, 3, frames, height, width};
    cases.add(
        OpCase.of(new Crossfade(2))
            .input(NORMAL, pixels)
            .input(NORMAL, pixels)
            .input(UNIT, frames));
    cases.add(OpCase.of(new FramesToRgb8(FramesToRgb8.Rounding.TRUNCATE)).input(NORMAL, pixels));
    cases.add(
        OpCase.of(new GaussianSample())
            .input(NORMAL, 1, 32, 1, s.latentHeight(), s.latentWidth())
            .input(NORMAL, 1, 16, 1, s.latentHeight(), s.latentWidth()));
    return cases;
  }

  private static OpCase conv(CausalConv3d op, int kernel, int out, long... x) {
    return OpCase.of(op)
        .input(NORMAL, x)
        .weight(Fill.WEIGHT, out, x[1], kernel, kernel, kernel)
        .weight(NORMAL, out);
  }

  private static OpCase groupNorm(Activation activation, long... x) {
    int groups = (int) Math.min(32, x[1] / 2);
    return OpCase.of(new GroupNorm(groups, EPS, activation))
        .input(NORMAL, x)
        .weight(NORMAL, x[1])
        .weight(NORMAL, x[1]);
  }
}
