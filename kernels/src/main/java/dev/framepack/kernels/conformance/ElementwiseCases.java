package dev.framepack.kernels.conformance;

import static dev.framepack.kernels.conformance.Fill.EXTREMES;
import static dev.framepack.kernels.conformance.Fill.MOMENTS;
import static dev.framepack.kernels.conformance.Fill.NORMAL;
import static dev.framepack.kernels.conformance.Fill.TIMESTEP;
import static dev.framepack.kernels.conformance.Fill.UNIT;

import dev.framepack.kernels.op.Activate;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.Add;
import dev.framepack.kernels.op.Affine;
import dev.framepack.kernels.op.Crossfade;
import dev.framepack.kernels.op.GatedResidual;
import dev.framepack.kernels.op.GaussianSample;
import dev.framepack.kernels.op.GuidanceRescale;
import dev.framepack.kernels.op.LinearCombination;
import dev.framepack.kernels.op.RelativeL1;
import dev.framepack.kernels.op.SwiGlu;
import dev.framepack.kernels.op.TimestepEmbedding;
import java.util.ArrayList;
import java.util.List;

/** Pointwise operations, sampler updates and whole-tensor reductions. */
final class ElementwiseCases {
  private static final long[] SIZES = {
    1, 2, 3, 5, 7, 8, 10, 12, 13, 16, 17, 20, 31, 33, 65, 127, 129, 257, 4099
  };

  private ElementwiseCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    for (long size : SIZES) {
      flat(cases, size);
    }
    for (Activation activation : Activation.values()) {
      cases.add(OpCase.of(new Activate(activation)).input(EXTREMES, 45));
      cases.add(OpCase.of(new Activate(activation)).input(wide(4), 3, 500));
      cases.add(OpCase.of(new Activate(activation)).input(wide(4), 3, 501).over(0));
    }
    cases.add(OpCase.of(new SwiGlu()).input(EXTREMES, 45).input(NORMAL, 45));
    cases.add(OpCase.of(new SwiGlu()).input(wide(8), 3, 129).input(NORMAL, 3, 129));
    broadcasts(cases);
    samplers(cases);
    return cases;
  }

  private static Fill wide(double spread) {
    return (random, shape, index) -> spread * random.nextGaussian();
  }

  private static void flat(List<OpCase> cases, long size) {
    for (Activation activation : Activation.values()) {
      cases.add(OpCase.of(new Activate(activation)).input(NORMAL, size));
    }
    OpCase add = OpCase.of(new Add()).input(NORMAL, size).input(NORMAL, size);
    cases.add(add);
    cases.add(add.over(0));
    OpCase gate = OpCase.of(new SwiGlu()).input(NORMAL, size).input(NORMAL, size);
    cases.add(gate);
    cases.add(gate.over(0));
    cases.add(gate.over(1));
    OpCase affine = OpCase.of(new Affine(0.476986f, -1.25f)).input(NORMAL, size);
    cases.add(affine);
    cases.add(affine.over(0));
    cases.add(OpCase.of(new RelativeL1()).input(NORMAL, size).input(NORMAL, size));
    for (int terms : new int[] {1, 2, 3, 5}) {
      OpCase sum = OpCase.of(new LinearCombination(terms)).input(NORMAL, terms);
      for (int i = 0; i < terms; i++) {
        sum = sum.input(NORMAL, size);
      }
      cases.add(sum);
      cases.add(sum.over(terms));
    }
  }

  private static void broadcasts(List<OpCase> cases) {
    cases.add(OpCase.of(new Add()).input(NORMAL, 3, 5, 7).input(NORMAL, 5, 7));
    cases.add(OpCase.of(new Add()).input(NORMAL, 3, 5, 33).input(NORMAL, 33).over(0));
    cases.add(OpCase.of(new Add()).input(NORMAL, 2, 17, 1).input(NORMAL, 1));
    cases.add(OpCase.of(new Add()).input(NORMAL, 2, 17).input(NORMAL));
    long[][] batchTokensWidth = {
      {1, 1, 1}, {2, 3, 5}, {1, 13, 17}, {3, 7, 33}, {2, 20, 129}, {1, 65, 8}
    };
    for (long[] s : batchTokensWidth) {
      OpCase base = OpCase.of(new GatedResidual()).input(NORMAL, s[0], s[1], s[2]);
      OpCase perSample = base.input(NORMAL, s[0], s[2]).input(NORMAL, s[0], s[1], s[2]);
      OpCase perToken = base.input(NORMAL, s[0], s[1], s[2]).input(NORMAL, s[0], s[1], s[2]);
      for (OpCase gated : List.of(perSample, perToken)) {
        cases.add(gated);
        cases.add(gated.over(0));
        cases.add(gated.over(2));
      }
    }
    long[] volume = {2, 3, 5, 7, 13};
    for (int axis = -2; axis < 5; axis++) {
      OpCase fade =
          OpCase.of(new Crossfade(axis))
              .input(NORMAL, volume)
              .input(NORMAL, volume)
              .input(UNIT, volume[(axis + 5) % 5]);
      cases.add(fade);
      cases.add(fade.over(0));
      cases.add(fade.over(1));
    }
  }

  private static void samplers(List<OpCase> cases) {
    for (long batch : new long[] {1, 2, 3, 7}) {
      for (int channels : new int[] {2, 4, 10, 34, 256, 320}) {
        cases.add(OpCase.of(new TimestepEmbedding(channels)).input(TIMESTEP, batch));
      }
      for (long size : new long[] {2, 3, 10, 17, 33, 257}) {
        OpCase rescale =
            OpCase.of(new GuidanceRescale())
                .input(UNIT, 1)
                .input(NORMAL, batch, size)
                .input((random, shape, index) -> 0.5 + 2 * random.nextGaussian(), batch, size);
        cases.add(rescale);
        cases.add(rescale.over(1));
      }
    }
    cases.add(
        OpCase.of(new GuidanceRescale())
            .input(UNIT, 1)
            .input(NORMAL, 2, 16, 3, 5, 7)
            .input(NORMAL, 2, 16, 3, 5, 7));
    long[][] draws = {{1, 1}, {2, 3, 5}, {1, 16, 1, 3, 7}, {3, 5, 2, 4, 33}};
    for (long[] noise : draws) {
      long[] moments = noise.clone();
      moments[1] *= 2;
      cases.add(OpCase.of(new GaussianSample()).input(MOMENTS, moments).input(NORMAL, noise));
    }
    cases.add(OpCase.of(new RelativeL1()).input(NORMAL, 2, 65, 33).input(NORMAL, 2, 65, 33));
  }
}
