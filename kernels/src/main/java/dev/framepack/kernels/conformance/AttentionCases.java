package dev.framepack.kernels.conformance;

import static dev.framepack.kernels.conformance.Fill.HOLED_MASK;
import static dev.framepack.kernels.conformance.Fill.NORMAL;
import static dev.framepack.kernels.conformance.Fill.PREFIX_MASK;
import static dev.framepack.kernels.conformance.Fill.UNEVEN_ROWS;

import dev.framepack.kernels.op.Attention;
import dev.framepack.kernels.op.Attention.Mask;
import java.util.ArrayList;
import java.util.List;

final class AttentionCases {
  private AttentionCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    crossLengths(cases);
    headDims(cases);
    masks(cases);
    extremes(cases);
    return cases;
  }

  private static void crossLengths(List<OpCase> cases) {
    long[][] queriesKeys = {
      {1, 1},
      {1, 2},
      {2, 1},
      {3, 5},
      {5, 3},
      {7, 10},
      {10, 129},
      {12, 13},
      {13, 17},
      {17, 257},
      {20, 33},
      {31, 65},
      {33, 31},
      {65, 127},
      {127, 64},
      {129, 20},
      {257, 129},
      {64, 64},
      {4, 600}
    };
    for (long[] length : queriesKeys) {
      cases.add(of(Mask.NONE, 2, length[0], length[1], 2, 2, 16));
    }
  }

  private static void headDims(List<OpCase> cases) {
    for (long depth : new long[] {1, 2, 3, 7, 10, 16, 20, 31, 32, 33, 64, 65, 72, 80, 128, 129}) {
      cases.add(of(Mask.NONE, 1, 33, 37, 3, 3, depth));
      cases.add(of(Mask.CAUSAL, 2, 21, 21, 6, 2, depth));
    }
    cases.add(of(Mask.NONE, 1, 65, 65, 1, 1, 512));
    cases.add(frames(1, 3, 20, 1, 512));
    cases.add(of(Mask.NONE, 1, 40, 129, 24, 1, 32));
    cases.add(of(Mask.NONE, 2, 40, 129, 8, 4, 64));
    cases.add(of(Mask.NONE, 1, 130, 140, 12, 12, 64));
  }

  private static void masks(List<OpCase> cases) {
    for (long tokens : new long[] {1, 2, 3, 5, 7, 10, 12, 13, 17, 20, 31, 33, 65, 127, 129, 257}) {
      cases.add(of(Mask.CAUSAL, 1, tokens, tokens, 2, 2, 16));
      OpCase pairwise = of(Mask.PAIRWISE_PADDING, 2, tokens, tokens, 2, 2, 16);
      cases.add(pairwise.input(PREFIX_MASK, 2, tokens));
      cases.add(pairwise.input(HOLED_MASK, 2, tokens));
      OpCase keys = of(Mask.KEY_PADDING, 3, 13, tokens, 4, 2, 20);
      cases.add(keys.input(PREFIX_MASK, 3, tokens));
      cases.add(keys.input(HOLED_MASK, 3, tokens));
    }
    cases.add(frames(1, 1, 1, 1, 8));
    cases.add(frames(2, 3, 5, 2, 10));
    cases.add(frames(1, 5, 13, 1, 33));
    cases.add(frames(1, 4, 64, 1, 64));
    cases.add(frames(1, 2, 129, 1, 20));
  }

  /** Every size of head a kernel is built for, tiles that just fit and just do not, every mask. */
  static List<OpCase> kernelPaths() {
    List<OpCase> cases = new ArrayList<>();
    for (long depth : new long[] {8, 16, 24, 32, 48, 64, 72, 80, 96, 128, 200, 256, 264, 512}) {
      cases.add(of(Mask.NONE, 1, 17, 65, 2, 1, depth));
      cases.add(keyPadding(2, 9, 70, 1, depth));
    }
    for (long depth : new long[] {9, 20, 33, 65, 129, 257}) { // no whole 16-byte chunks
      cases.add(of(Mask.NONE, 1, 5, 33, 2, 1, depth));
    }
    for (long depth : new long[] {64, 128}) {
      for (long[] length : new long[][] {{127, 129}, {128, 128}, {129, 255}, {65, 257}}) {
        cases.add(of(Mask.NONE, 1, length[0], length[1], 1, 1, depth));
      }
      cases.add(of(Mask.CAUSAL, 1, 150, 150, 2, 1, depth));
      cases.add(frames(1, 3, 50, 1, depth));
      cases.add(keyPadding(2, 65, 300, 2, depth));
      OpCase pairwise = of(Mask.PAIRWISE_PADDING, 2, 140, 140, 1, 1, depth);
      cases.add(pairwise.input(PREFIX_MASK, 2, 140));
      cases.add(pairwise.input(HOLED_MASK, 2, 140));
    }
    cases.add(frames(1, 3, 23, 1, 256));
    cases.add(frames(1, 3, 23, 1, 512));
    cases.add(keyPadding(2, 33, 50, 1, 512));
    cases.add(
        OpCase.of(Attention.of(Mask.CAUSAL, -0.25f))
            .input(NORMAL, 1, 20, 1, 16)
            .input(NORMAL, 1, 20, 1, 16)
            .input(NORMAL, 1, 20, 1, 16));
    return cases;
  }

  private static OpCase keyPadding(long batch, long queries, long keys, long heads, long depth) {
    return of(Mask.KEY_PADDING, batch, queries, keys, heads, heads, depth)
        .input(HOLED_MASK, batch, keys);
  }

  private static void extremes(List<OpCase> cases) {
    for (Mask mask : List.of(Mask.NONE, Mask.CAUSAL)) {
      cases.add(
          OpCase.of(Attention.of(mask, 0.25f))
              .input(UNEVEN_ROWS, 1, 33, 2, 16)
              .input(NORMAL, 1, 33, 2, 16)
              .input(NORMAL, 1, 33, 2, 16));
    }
    cases.add(
        OpCase.of(Attention.of(Mask.NONE, 0f))
            .input(NORMAL, 1, 9, 2, 16)
            .input(NORMAL, 1, 33, 2, 16)
            .input(UNEVEN_ROWS, 1, 33, 2, 16));
  }

  private static OpCase of(
      Mask mask, long batch, long queries, long keys, long heads, long kvHeads, long depth) {
    return OpCase.of(Attention.of(mask, (float) (1 / Math.sqrt(depth))))
        .input(NORMAL, batch, queries, heads, depth)
        .input(NORMAL, batch, keys, kvHeads, depth)
        .input(NORMAL, batch, keys, kvHeads, depth);
  }

  private static OpCase frames(long batch, long frames, int perFrame, long heads, long depth) {
    long tokens = frames * perFrame;
    float scale = (float) (1 / Math.sqrt(depth));
    return OpCase.of(new Attention(Mask.FRAME_CAUSAL, perFrame, scale))
        .input(NORMAL, batch, tokens, heads, depth)
        .input(NORMAL, batch, tokens, heads, depth)
        .input(NORMAL, batch, tokens, heads, depth);
  }
}
