package dev.framepack.kernels.conformance;

import static dev.framepack.kernels.conformance.Fill.NEAR_ONE;
import static dev.framepack.kernels.conformance.Fill.NORMAL;
import static dev.framepack.kernels.conformance.Fill.UNEVEN_ROWS;

import dev.framepack.kernels.op.Activate;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.Attention;
import dev.framepack.kernels.op.Concat;
import dev.framepack.kernels.op.Embedding;
import dev.framepack.kernels.op.LayerNorm;
import dev.framepack.kernels.op.LayerNormModulate;
import dev.framepack.kernels.op.Permute;
import dev.framepack.kernels.op.RmsNorm;
import dev.framepack.kernels.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * Shapes that a device serves by another kernel than the small and odd ones: rows too long for a
 * warp, whole vectors, whole tiles. Kept in full in every type, so that every kernel is run.
 */
final class KernelPathCases {
  private static final float EPS = 1e-6f;

  /** More than the 1024 values of a row that a warp holds, whole vectors in every type. */
  private static final long LONG_ROW = 1032;

  private KernelPathCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    for (Activation activation : Activation.values()) {
      cases.add(OpCase.of(new Activate(activation)).input(NORMAL, 3, 37));
    }
    cases.addAll(LinearCases.largeProducts());
    norms(cases);
    copies(cases);
    cases.addAll(AttentionCases.kernelPaths());
    for (long depth : new long[] {60, 100, 250}) {
      cases.add(
          OpCase.of(Attention.of(Attention.Mask.NONE, 0.125f))
              .input(NORMAL, 1, 5, 2, depth)
              .input(NORMAL, 1, 9, 1, depth)
              .input(NORMAL, 1, 9, 1, depth));
    }
    cases.addAll(VolumeCases.kernelPaths());
    cases.addAll(NormCases.kernelPaths());
    return cases;
  }

  private static void norms(List<OpCase> cases) {
    cases.add(OpCase.of(new LayerNorm(false, EPS)).input(UNEVEN_ROWS, 3, LONG_ROW));
    cases.add(
        OpCase.of(new LayerNorm(true, EPS))
            .input(NORMAL, 3, LONG_ROW)
            .weight(NEAR_ONE, LONG_ROW)
            .weight(NORMAL, LONG_ROW)
            .over(0));
    cases.add(
        OpCase.of(new RmsNorm(EPS)).input(UNEVEN_ROWS, 3, LONG_ROW).weight(NEAR_ONE, LONG_ROW));
    for (long width : new long[] {64, LONG_ROW}) {
      cases.add(
          OpCase.of(new LayerNormModulate(EPS))
              .input(NORMAL, 2, 3, width)
              .input(NORMAL, 2, width)
              .input(NORMAL, 2, width)
              .over(0));
    }
  }

  private static void copies(List<OpCase> cases) {
    cases.add(OpCase.of(new Concat(1)).input(NORMAL, 3, 64).input(NORMAL, 3, 32));
    cases.add(OpCase.of(Permute.of(0, 2, 1, 3)).input(NORMAL, 2, 3, 5, 64));
    for (long width : new long[] {6, 12}) {
      cases.add(
          OpCase.of(new Embedding()).input(Fill.ids(13), DType.I32, 7).weight(NORMAL, 13, width));
    }
  }
}
