package dev.framepack.kernels.conformance;

import static dev.framepack.kernels.conformance.Fill.NORMAL;
import static dev.framepack.kernels.conformance.Fill.PIXELS;
import static dev.framepack.kernels.conformance.Fill.UNEVEN_ROWS;
import static dev.framepack.kernels.conformance.Fill.WEIGHT;

import dev.framepack.kernels.op.CausalConv3d;
import dev.framepack.kernels.op.FramesToRgb8;
import dev.framepack.kernels.op.Patchify;
import dev.framepack.kernels.op.Unpatchify;
import dev.framepack.kernels.op.UpsampleConv3d;
import dev.framepack.kernels.op.UpsampleNearest3d;
import java.util.ArrayList;
import java.util.List;

/** Operations over [B, C, T, H, W]. */
final class VolumeCases {
  private VolumeCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    convolutions(cases);
    upsampledConvolutions(cases);
    patches(cases);
    for (int scaleT : new int[] {1, 2, 3}) {
      for (int scaleHw : new int[] {1, 2, 3}) {
        UpsampleNearest3d op = new UpsampleNearest3d(scaleT, scaleHw);
        cases.add(OpCase.of(op).input(NORMAL, 1, 1, 1, 1, 1));
        cases.add(OpCase.of(op).input(NORMAL, 2, 3, 1, 5, 7));
        cases.add(OpCase.of(op).input(NORMAL, 1, 5, 3, 7, 17));
        cases.add(OpCase.of(op).input(NORMAL, 1, 2, 4, 8, 33));
      }
    }
    for (FramesToRgb8.Rounding rounding : FramesToRgb8.Rounding.values()) {
      FramesToRgb8 op = new FramesToRgb8(rounding);
      cases.add(OpCase.of(op).input(PIXELS, 1, 3, 1, 1, 1));
      cases.add(OpCase.of(op).input(PIXELS, 1, 3, 2, 5, 7));
      cases.add(OpCase.of(op).input(PIXELS, 1, 3, 3, 17, 33));
      cases.add(OpCase.of(op).input(UNEVEN_ROWS, 1, 3, 1, 8, 65));
    }
    return cases;
  }

  private static void convolutions(List<OpCase> cases) {
    long[][] batchChannelsOutputs = {
      {1, 1, 1},
      {1, 2, 3},
      {2, 3, 2},
      {1, 3, 8},
      {1, 5, 7},
      {1, 10, 12},
      {1, 13, 17},
      {1, 17, 10},
      {1, 32, 33}
    };
    long[][] volumes = {
      {1, 1, 1}, {1, 2, 3}, {2, 1, 5}, {3, 5, 1}, {1, 7, 10}, {2, 8, 8}, {5, 3, 17}, {4, 4, 33}
    };
    for (long[] channels : batchChannelsOutputs) {
      for (long[] volume : volumes) {
        for (boolean residual : new boolean[] {false, true}) {
          cases.addAll(convolution(new CausalConv3d(1, 1, residual), channels, volume, 3, 3));
        }
        cases.addAll(convolution(new CausalConv3d(1, 1, false), channels, volume, 1, 1));
      }
    }
    strided(cases, volumes);
    cases.addAll(
        convolution(
            new CausalConv3d(1, 1, false), new long[] {1, 4, 16}, new long[] {3, 31, 65}, 3, 3));
    cases.addAll(
        convolution(
            new CausalConv3d(1, 1, true), new long[] {1, 64, 65}, new long[] {2, 9, 20}, 3, 3));
    cases.addAll(
        convolution(
            new CausalConv3d(1, 1, false), new long[] {1, 129, 5}, new long[] {2, 4, 129}, 1, 1));
    cases.addAll(
        convolution(CausalConv3d.unstrided(), new long[] {1, 3, 5}, new long[] {4, 9, 12}, 2, 5));
  }

  /** One for each tile of the tensor cores. */
  static List<OpCase> kernelPaths() {
    List<OpCase> cases = new ArrayList<>();
    CausalConv3d plain = CausalConv3d.unstrided();
    CausalConv3d halved = new CausalConv3d(1, 2, false);
    cases.addAll(convolution(plain, new long[] {1, 40, 72}, new long[] {2, 5, 20}, 1, 1));
    cases.addAll(convolution(plain, new long[] {2, 9, 3}, new long[] {3, 9, 20}, 3, 3));
    cases.addAll(convolution(plain, new long[] {1, 5, 33}, new long[] {2, 3, 9}, 3, 3));
    cases.addAll(convolution(plain, new long[] {1, 34, 70}, new long[] {2, 9, 7}, 3, 3));
    cases.addAll(convolution(halved, new long[] {1, 35, 70}, new long[] {2, 17, 18}, 3, 3));
    cases.addAll(convolution(halved, new long[] {1, 3, 5}, new long[] {2, 7, 9}, 3, 3));
    for (long outputs : new long[] {5, 40}) {
      cases.add(
          OpCase.of(new UpsampleConv3d(2, 2))
              .input(NORMAL, 1, 10, 2, 9, 10)
              .weight(WEIGHT, outputs, 10, 3, 3, 3)
              .weight(NORMAL, outputs));
    }
    return cases;
  }

  private static void upsampledConvolutions(List<OpCase> cases) {
    long[][] volumes = {{1, 1, 1}, {1, 2, 3}, {3, 5, 1}, {2, 4, 8}, {5, 3, 17}, {3, 9, 16}};
    for (int[] scale : new int[][] {{1, 1}, {1, 2}, {2, 2}, {2, 1}, {3, 3}}) {
      for (long[] volume : volumes) {
        for (long[] kernel : new long[][] {{3, 3}, {1, 1}, {2, 5}}) {
          cases.add(
              OpCase.of(new UpsampleConv3d(scale[0], scale[1]))
                  .input(NORMAL, 1, 5, volume[0], volume[1], volume[2])
                  .weight(WEIGHT, 9, 5, kernel[0], kernel[1], kernel[1])
                  .weight(NORMAL, 9));
        }
      }
      long width = scale[1] > 2 ? 11 : 32; // an interpreter runs this, too
      cases.add(
          OpCase.of(new UpsampleConv3d(scale[0], scale[1]))
              .input(NORMAL, 2, 33, 3, 6, width)
              .weight(WEIGHT, 17, 33, 3, 3, 3)
              .weight(NORMAL, 17));
    }
  }

  private static void strided(List<OpCase> cases, long[][] volumes) {
    long[][] odd = {{2, 7, 9}, {5, 8, 12}, {9, 16, 20}, {17, 5, 31}};
    for (int[] stride : new int[][] {{1, 2}, {2, 2}, {2, 1}, {3, 3}}) {
      for (boolean residual : new boolean[] {false, true}) {
        CausalConv3d op = new CausalConv3d(stride[0], stride[1], residual);
        for (long[] volume : volumes) {
          cases.addAll(convolution(op, new long[] {1, 3, 5}, volume, 3, 3));
        }
        for (long[] volume : odd) {
          cases.addAll(convolution(op, new long[] {2, 5, 12}, volume, 3, 3));
        }
        cases.addAll(convolution(op, new long[] {1, 7, 9}, odd[1], 1, 1));
      }
    }
  }

  private static List<OpCase> convolution(
      CausalConv3d op, long[] batchChannelsOutputs, long[] volume, long kernelT, long kernelHw) {
    long batch = batchChannelsOutputs[0];
    long channels = batchChannelsOutputs[1];
    long outputs = batchChannelsOutputs[2];
    OpCase base =
        OpCase.of(op)
            .input(NORMAL, batch, channels, volume[0], volume[1], volume[2])
            .weight(WEIGHT, outputs, channels, kernelT, kernelHw, kernelHw)
            .weight(NORMAL, outputs);
    if (!op.residual()) {
      return List.of(base);
    }
    OpCase added =
        base.input(
            NORMAL,
            batch,
            outputs,
            (volume[0] - 1) / op.strideT() + 1,
            (volume[1] - 1) / op.strideHw() + 1,
            (volume[2] - 1) / op.strideHw() + 1);
    return List.of(added, added.over(3));
  }

  private static void patches(List<OpCase> cases) {
    int[][] patches = {{1, 1, 1}, {1, 2, 2}, {2, 4, 4}, {4, 8, 8}, {2, 3, 5}};
    for (int[] patch : patches) {
      Patchify op = new Patchify(patch[0], patch[1], patch[2]);
      cases.add(OpCase.of(op).input(NORMAL, 1, 1, 1, 1, 1));
      cases.add(OpCase.of(op).input(NORMAL, 2, 3, 2, 5, 7));
      cases.add(OpCase.of(op).input(NORMAL, 1, 16, 3, 10, 13));
      cases.add(OpCase.of(op).input(NORMAL, 1, 5, 16, 8, 12));
      for (int[] grid : new int[][] {{1, 1, 1}, {2, 3, 5}, {3, 1, 17}}) {
        Unpatchify inverse =
            new Unpatchify(
                patch[0],
                patch[1],
                patch[2],
                grid[0] * patch[0],
                grid[1] * patch[1],
                grid[2] * patch[2]);
        long tokens = (long) grid[0] * grid[1] * grid[2];
        long values = (long) patch[0] * patch[1] * patch[2];
        cases.add(OpCase.of(inverse).input(NORMAL, 1, tokens, values));
        cases.add(OpCase.of(inverse).input(NORMAL, 2, tokens, 5 * values));
      }
    }
  }
}
