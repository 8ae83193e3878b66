package dev.framepack.kernels.conformance;

import static dev.framepack.kernels.conformance.Fill.EXTREMES;
import static dev.framepack.kernels.conformance.Fill.NORMAL;

import dev.framepack.kernels.op.Cast;
import dev.framepack.kernels.op.Concat;
import dev.framepack.kernels.op.Dequantize;
import dev.framepack.kernels.op.Embedding;
import dev.framepack.kernels.op.Permute;
import dev.framepack.kernels.op.Slice;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.QuantFormat;
import java.util.ArrayList;
import java.util.List;

/** Operations whose result is exact to the bit. */
final class CopyCases {
  private static final Fill BYTES = Fill.ids(256);

  private CopyCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    concats(cases);
    slices(cases);
    permutes(cases);
    casts(cases);
    dequantizes(cases);
    for (long[] ids : new long[][] {{1}, {7}, {2, 5}, {1, 77}, {2, 3, 4}, {0}}) {
      for (long width : new long[] {1, 3, 17, 64, 129}) {
        cases.add(
            OpCase.of(new Embedding())
                .input(Fill.ids(13), DType.I32, ids)
                .weight(NORMAL, 13, width));
      }
    }
    return cases;
  }

  private static void concats(List<OpCase> cases) {
    for (int axis = -1; axis < 4; axis++) {
      OpCase three = OpCase.of(new Concat(axis));
      for (long size : new long[] {5, 1, 13}) {
        long[] dims = {2, 3, 7, 10};
        dims[(axis + 4) % 4] = size;
        three = three.input(NORMAL, dims);
      }
      cases.add(three);
    }
    cases.add(OpCase.of(new Concat(0)).input(NORMAL, 5, 3));
    cases.add(OpCase.of(new Concat(1)).input(NORMAL, 2, 0, 3).input(NORMAL, 2, 17, 3));
    cases.add(
        OpCase.of(new Concat(1)).input(BYTES, DType.U8, 3, 5, 3).input(BYTES, DType.U8, 3, 2, 3));
    cases.add(
        OpCase.of(new Concat(-1))
            .input(NORMAL, DType.BF16, 4, 5)
            .input(NORMAL, DType.BF16, 4, 12)
            .input(NORMAL, DType.BF16, 4, 1));
    cases.add(OpCase.of(new Concat(2)).input(NORMAL, 1, 33, 257).input(NORMAL, 1, 33, 129));
  }

  private static void slices(List<OpCase> cases) {
    for (int axis = -1; axis < 4; axis++) {
      for (long[] range : new long[][] {{0, 1}, {0, 5}, {1, 3}, {4, 1}, {2, 0}, {2, 3}}) {
        cases.add(OpCase.of(new Slice(axis, range[0], range[1])).input(NORMAL, 5, 6, 5, 7));
      }
    }
    cases.add(OpCase.of(new Slice(1, 17, 129)).input(NORMAL, 2, 257, 33));
    cases.add(OpCase.of(new Slice(0, 1, 2)).input(BYTES, DType.U8, 4, 3, 5));
    cases.add(OpCase.of(new Slice(1, 1, 3)).input(NORMAL, DType.F16, 4, 5));
    cases.add(OpCase.of(new Slice(0, 2, 3)).input(Fill.ids(9), DType.I32, 7));
  }

  private static void permutes(List<OpCase> cases) {
    for (List<Integer> order :
        List.of(
            List.of(0, 1, 2, 3),
            List.of(0, 2, 1, 3),
            List.of(3, 2, 1, 0),
            List.of(0, 1, 3, 2),
            List.of(1, 0, 2, 3),
            List.of(2, 3, 0, 1))) {
      cases.add(OpCase.of(new Permute(order)).input(NORMAL, 2, 3, 5, 7));
      cases.add(OpCase.of(new Permute(order)).input(NORMAL, 1, 17, 13, 33));
      cases.add(OpCase.of(new Permute(order)).input(BYTES, DType.U8, 3, 2, 5, 9));
      cases.add(OpCase.of(new Permute(order)).input(NORMAL, DType.BF16, 2, 5, 3, 10));
    }
    cases.add(OpCase.of(Permute.of(0)).input(NORMAL, 17));
    cases.add(OpCase.of(Permute.of(1, 0)).input(NORMAL, 129, 65));
    cases.add(OpCase.of(Permute.of(0, 2, 3, 4, 1)).input(NORMAL, 1, 20, 2, 5, 7));
    cases.add(OpCase.of(Permute.of(0, 4, 1, 2, 3)).input(NORMAL, 1, 2, 5, 7, 20));
    cases.add(OpCase.of(Permute.of(1, 0)).input(NORMAL, 0, 5));
  }

  /** Random bytes: scales of every size, NaN and infinity among them, and every code. */
  private static void dequantizes(List<OpCase> cases) {
    for (QuantFormat format : QuantFormat.values()) {
      int block = format.blockElements();
      for (DType to : List.of(DType.F32, DType.BF16, DType.F16)) {
        for (long[] matrix : new long[][] {{1, 1}, {3, 1}, {2, 3}, {7, 2}, {1, 17}, {33, 2}}) {
          long rowBytes = format.rowBytes(matrix[1] * block);
          cases.add(
              OpCase.of(new Dequantize(format, to)).input(BYTES, DType.U8, matrix[0], rowBytes));
        }
        cases.add(OpCase.of(new Dequantize(format, to)).input(BYTES, DType.U8, 0, 0));
      }
    }
  }

  private static void casts(List<OpCase> cases) {
    List<DType> floats = List.of(DType.F32, DType.BF16, DType.F16);
    // Ties, carries into the exponent, overflow to infinity, subnormals, NaN and infinities.
    Fill corners =
        (random, shape, index) -> {
          float[] values = {
            Float.NaN,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            Float.MAX_VALUE,
            Float.intBitsToFloat(0x3F808000),
            Float.intBitsToFloat(0x3F818000),
            Float.intBitsToFloat(0x3FFFFFFF),
            Float.intBitsToFloat(0x3F801000),
            Float.intBitsToFloat(0x3F803000),
            65504,
            65519,
            65520,
            5.9e-8f,
            2.9e-8f,
            6.1e-5f,
            0
          };
          return values[(int) (index % values.length)];
        };
    for (DType from : floats) {
      for (DType to : floats) {
        for (long size : new long[] {1, 3, 7, 17, 33, 129}) {
          cases.add(OpCase.of(new Cast(to)).input(NORMAL, from, size));
        }
        cases.add(OpCase.of(new Cast(to)).input(EXTREMES, from, 3, 20));
        cases.add(OpCase.of(new Cast(to)).input(corners, from, 33));
      }
    }
  }
}
