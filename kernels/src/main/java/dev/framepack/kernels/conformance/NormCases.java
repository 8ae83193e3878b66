package dev.framepack.kernels.conformance;

import static dev.framepack.kernels.conformance.Fill.NEAR_ONE;
import static dev.framepack.kernels.conformance.Fill.NORMAL;
import static dev.framepack.kernels.conformance.Fill.PREFIX_MASK;
import static dev.framepack.kernels.conformance.Fill.UNEVEN_ROWS;

import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.GroupNorm;
import dev.framepack.kernels.op.LayerNorm;
import dev.framepack.kernels.op.LayerNormModulate;
import dev.framepack.kernels.op.MaskedMean;
import dev.framepack.kernels.op.Modulate;
import dev.framepack.kernels.op.Op;
import dev.framepack.kernels.op.RmsNorm;
import dev.framepack.kernels.op.RmsNormRotary;
import dev.framepack.kernels.op.RotaryEmbedding;
import java.util.ArrayList;
import java.util.List;

/** Normalisation, modulation, rotary embedding and pooling. */
final class NormCases {
  private static final float EPS = 1e-6f;
  private static final long[] WIDTHS = {
    1, 2, 3, 5, 7, 8, 10, 12, 13, 16, 17, 20, 31, 32, 33, 64, 65, 127, 128, 129, 257, 1000
  };

  private NormCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    for (long width : WIDTHS) {
      widths(cases, width);
    }
    modulations(cases, new Modulate());
    modulations(cases, new LayerNormModulate(EPS));
    groupNorms(cases);
    rotaries(cases);
    long[][] batchTokensWidth = {{1, 1, 1}, {2, 5, 7}, {3, 17, 33}, {2, 129, 20}, {1, 257, 65}};
    for (long[] s : batchTokensWidth) {
      cases.add(
          OpCase.of(new MaskedMean())
              .input(NORMAL, s[0], s[1], s[2])
              .input(PREFIX_MASK, s[0], s[1]));
    }
    return cases;
  }

  private static void widths(List<OpCase> cases, long width) {
    Fill wide = width >= 16 ? UNEVEN_ROWS : NORMAL;
    for (float eps : new float[] {1e-5f, EPS}) {
      LayerNorm affine = new LayerNorm(true, eps);
      OpCase layer =
          OpCase.of(affine).input(NORMAL, 5, width).weight(NEAR_ONE, width).weight(NORMAL, width);
      cases.add(layer);
      cases.add(layer.over(0));
    }
    cases.add(OpCase.of(new LayerNorm(false, EPS)).input(wide, 2, 7, width));
    cases.add(OpCase.of(new LayerNorm(false, EPS)).input(wide, 13, width).over(0));
    OpCase rms = OpCase.of(new RmsNorm(EPS)).input(wide, 3, 5, width).weight(NEAR_ONE, width);
    cases.add(rms);
    cases.add(rms.over(0));
  }

  private static void modulations(List<OpCase> cases, Op op) {
    long[][] batchTokensWidth = {
      {1, 1, 1},
      {1, 3, 2},
      {2, 1, 5},
      {2, 5, 7},
      {1, 13, 31},
      {3, 17, 33},
      {2, 10, 129},
      {1, 65, 20}
    };
    for (long[] s : batchTokensWidth) {
      OpCase base = OpCase.of(op).input(NORMAL, s[0], s[1], s[2]);
      OpCase perSample = base.input(NORMAL, s[0], s[2]).input(NORMAL, s[0], s[2]);
      OpCase perToken = base.input(NORMAL, s[0], s[1], s[2]).input(NORMAL, s[0], s[1], s[2]);
      cases.add(perSample);
      cases.add(perSample.over(0));
      cases.add(perToken);
      cases.add(perToken.over(0));
    }
  }

  private static void groupNorms(List<OpCase> cases) {
    for (Activation activation : List.of(Activation.NONE, Activation.SILU)) {
      groupNorm(cases, 1, activation, 1, 2, 3);
      groupNorm(cases, 2, activation, 2, 4, 1, 3, 5);
      groupNorm(cases, 2, activation, 1, 8, 3, 7, 7);
      groupNorm(cases, 4, activation, 1, 32, 2, 5, 13);
      groupNorm(cases, 3, activation, 2, 15, 17);
      groupNorm(cases, 5, activation, 1, 5, 1, 9, 129);
      groupNorm(cases, 32, activation, 1, 64, 2, 2, 2);
      groupNorm(cases, 1, activation, 3, 33);
    }
  }

  /** Groups that one block holds and larger ones, of whole vectors and of any size. */
  static List<OpCase> kernelPaths() {
    List<OpCase> cases = new ArrayList<>();
    for (Activation activation : List.of(Activation.NONE, Activation.SILU)) {
      groupNorm(cases, 2, activation, 2, 4, 3, 8, 8);
      groupNorm(cases, 2, activation, 1, 4, 3, 7, 9);
      groupNorm(cases, 2, activation, 2, 4, 3, 32, 48);
      groupNorm(cases, 2, activation, 1, 6, 5, 31, 33);
    }
    groupNorm(cases, 1, Activation.NONE, 1, 2, 5, 224, 256);
    return cases;
  }

  private static void groupNorm(
      List<OpCase> cases, int groups, Activation activation, long... dims) {
    OpCase norm =
        OpCase.of(new GroupNorm(groups, EPS, activation))
            .input((random, shape, index) -> 3 + 2 * random.nextGaussian(), dims)
            .weight(NEAR_ONE, dims[1])
            .weight(NORMAL, dims[1]);
    cases.add(norm);
    cases.add(norm.over(0));
  }

  private static void rotaries(List<OpCase> cases) {
    long[][] batchTokensHeadsDepthRotated = {
      {1, 1, 1, 2, 1},
      {1, 3, 2, 4, 3},
      {2, 5, 3, 6, 2},
      {1, 7, 1, 10, 0},
      {2, 13, 2, 12, 13},
      {1, 17, 4, 16, 11},
      {1, 33, 3, 20, 33},
      {2, 10, 2, 32, 7},
      {1, 20, 2, 64, 20},
      {1, 12, 3, 72, 5},
      {1, 31, 2, 128, 29},
      {1, 5, 2, 34, 5},
      {1, 4, 1, 256, 4}
    };
    for (RotaryEmbedding.Pairing pairing : RotaryEmbedding.Pairing.values()) {
      for (long[] s : batchTokensHeadsDepthRotated) {
        OpCase rotary =
            OpCase.of(new RotaryEmbedding(pairing))
                .input(NORMAL, s[0], s[1], s[2], s[3])
                .input(NORMAL, s[4], s[3])
                .input(NORMAL, s[4], s[3]);
        OpCase normed =
            OpCase.of(new RmsNormRotary(EPS, pairing))
                .input(s[3] >= 16 ? UNEVEN_ROWS : NORMAL, s[0], s[1], s[2], s[3])
                .weight(NEAR_ONE, s[3])
                .input(NORMAL, s[4], s[3])
                .input(NORMAL, s[4], s[3]);
        cases.add(rotary);
        cases.add(rotary.over(0));
        cases.add(normed);
        cases.add(normed.over(0));
      }
    }
  }
}
