package dev.framepack.kernels.conformance;

import static dev.framepack.kernels.conformance.Fill.EXTREMES;
import static dev.framepack.kernels.conformance.Fill.NORMAL;
import static dev.framepack.kernels.conformance.Fill.UNEVEN_ROWS;
import static dev.framepack.kernels.conformance.Fill.WEIGHT;

import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.Linear;
import dev.framepack.kernels.op.Linear.Epilogue;
import java.util.ArrayList;
import java.util.List;

final class LinearCases {
  private LinearCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    shapes(cases);
    epilogues(cases);
    other(cases);
    return cases;
  }

  private static void shapes(List<OpCase> cases) {
    long[][] rowsDepthColumns = {
      {1, 1, 1},
      {1, 2, 3},
      {2, 3, 1},
      {3, 5, 2},
      {5, 7, 10},
      {7, 10, 5},
      {10, 12, 7},
      {12, 13, 17},
      {13, 17, 12},
      {17, 20, 13},
      {20, 31, 33},
      {31, 33, 20},
      {33, 65, 31},
      {65, 127, 129},
      {127, 129, 65},
      {129, 257, 127},
      {257, 31, 33},
      {1, 257, 129},
      {1, 64, 1000},
      {2, 129, 257},
      {3, 300, 65},
      {4, 8, 8},
      {6, 16, 16},
      {8, 32, 48},
      {64, 64, 64},
      {96, 128, 192},
      {40, 1000, 24},
      {5, 2049, 9},
      {16, 520, 260},
      {1, 2, 513}
    };
    for (long[] shape : rowsDepthColumns) {
      long rows = shape[0];
      long depth = shape[1];
      long columns = shape[2];
      OpCase product = OpCase.of(Linear.plain(true)).input(NORMAL, rows, depth);
      cases.add(product.weight(WEIGHT, columns, depth).weight(NORMAL, columns));
      cases.add(
          OpCase.of(Linear.plain(false)).input(NORMAL, rows, depth).input(WEIGHT, columns, depth));
    }
  }

  private static void epilogues(List<OpCase> cases) {
    long[][] batchTokensDepthColumns = {
      {1, 1, 3, 5},
      {2, 3, 5, 7},
      {1, 13, 20, 33},
      {2, 17, 31, 65},
      {3, 33, 65, 24},
      {2, 65, 64, 130}
    };
    for (Activation activation : Activation.values()) {
      for (Epilogue epilogue : Epilogue.values()) {
        for (boolean bias : new boolean[] {true, false}) {
          for (long[] shape : batchTokensDepthColumns) {
            epilogue(cases, new Linear(bias, activation, epilogue), shape);
          }
        }
      }
    }
  }

  private static void epilogue(List<OpCase> cases, Linear op, long[] shape) {
    long batch = shape[0];
    long tokens = shape[1];
    long depth = shape[2];
    long columns = shape[3];
    OpCase base = OpCase.of(op).input(NORMAL, batch, tokens, depth).weight(WEIGHT, columns, depth);
    if (op.bias()) {
      base = base.weight(NORMAL, columns);
    }
    switch (op.epilogue()) {
      case NONE -> cases.add(base);
      case ADD -> {
        OpCase added = base.input(NORMAL, batch, tokens, columns);
        cases.add(added);
        cases.add(added.over(op.epilogueInput()));
      }
      case GATED_RESIDUAL -> {
        OpCase added = base.input(NORMAL, batch, tokens, columns);
        cases.add(added.input(NORMAL, batch, columns));
        cases.add(added.input(NORMAL, batch, columns).over(op.epilogueInput()));
        cases.add(added.input(NORMAL, batch, tokens, columns));
        cases.add(added.input(NORMAL, batch, tokens, columns).over(op.epilogueInput()));
      }
    }
  }

  private static void other(List<OpCase> cases) {
    Linear biased = Linear.plain(true);
    cases.add(OpCase.of(biased).input(NORMAL, 17).weight(WEIGHT, 5, 17).weight(NORMAL, 5));
    cases.add(OpCase.of(biased).input(NORMAL, 2, 3, 5, 7).weight(WEIGHT, 9, 7).weight(NORMAL, 9));
    cases.add(OpCase.of(biased).input(NORMAL, 0, 7).weight(WEIGHT, 9, 7).weight(NORMAL, 9));
    cases.add(
        OpCase.of(biased).input(UNEVEN_ROWS, 20, 65).weight(WEIGHT, 33, 65).weight(NORMAL, 33));
    cases.add(
        OpCase.of(new Linear(true, Activation.GELU_TANH, Epilogue.NONE))
            .input(UNEVEN_ROWS, 20, 65)
            .weight(WEIGHT, 33, 65)
            .weight(EXTREMES, 33));
  }

  /**
   * Products large enough for the tiles a device keeps for them: on one of 132 multiprocessors the
   * narrow and wide ones of wgmma, more of those than there are multiprocessors, and the 128 x 128
   * ones of F32 or of a device without wgmma, a wave and a half of them.
   */
  static List<OpCase> largeProducts() {
    return List.of(
        gated(2, 193, 72, 1100, Activation.GELU_TANH),
        OpCase.of(new Linear(false, Activation.NONE, Epilogue.ADD))
            .input(NORMAL, 385, 104)
            .weight(WEIGHT, 4253, 104)
            .input(NORMAL, 385, 4253),
        OpCase.of(Linear.plain(true))
            .input(NORMAL, 257, 24)
            .weight(WEIGHT, 8460, 24)
            .weight(NORMAL, 8460),
        OpCase.of(Linear.plain(true))
            .input(NORMAL, 65, 320)
            .weight(WEIGHT, 136, 320)
            .weight(NORMAL, 136));
  }

  /** Tails of the same tiles in every dimension, and every epilogue, in a few tiles. */
  static List<OpCase> tailsOfLargeTiles() {
    return List.of(
        gated(1, 399, 24, 300, Activation.NONE).over(3),
        gated(2, 129, 136, 513, Activation.SILU),
        gated(3, 47, 72, 640, Activation.GELU),
        OpCase.of(new Linear(false, Activation.NONE, Epilogue.ADD))
            .input(NORMAL, 257, 200)
            .weight(WEIGHT, 771, 200)
            .input(NORMAL, 257, 771),
        OpCase.of(new Linear(true, Activation.QUICK_GELU, Epilogue.NONE))
            .input(NORMAL, 500, 64)
            .weight(WEIGHT, 256, 64)
            .weight(NORMAL, 256));
  }

  /** One row, and whole tiles of 64, 128 and 256, none larger than a device of few needs. */
  static List<OpCase> wholeTiles() {
    return List.of(
        gated(1, 1, 1024, 64, Activation.NONE),
        gated(1, 64, 256, 64, Activation.NONE),
        gated(1, 128, 128, 128, Activation.NONE),
        gated(1, 256, 256, 512, Activation.SILU));
  }

  private static OpCase gated(
      long batch, long tokens, long depth, long columns, Activation activation) {
    return OpCase.of(new Linear(true, activation, Epilogue.GATED_RESIDUAL))
        .input(NORMAL, batch, tokens, depth)
        .weight(WEIGHT, columns, depth)
        .weight(NORMAL, columns)
        .input(NORMAL, batch, tokens, columns)
        .input(NORMAL, batch, columns);
  }
}
