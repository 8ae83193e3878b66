package dev.framepack.kernels.conformance.pack;

import static dev.framepack.kernels.conformance.pack.MicroInputs.words;
import static dev.framepack.kernels.conformance.pack.MicroKernels.WARP;
import static dev.framepack.kernels.conformance.pack.MicroKernels.kernel;

import dev.framepack.kernels.conformance.pack.MicroKernel.Result;
import dev.framepack.kernels.gpu.device.KernelArgument.TensorMap.Swizzle;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.gpu.ptx.PtxKernel.Arch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Micro-kernels of what only sm_90a has. */
final class MicroKernels90 {
  private static final int WARPGROUP = 128;

  private MicroKernels90() {}

  static void add(List<MicroKernel> all) {
    matrices(all);
    barriers(all);
    tensors(all);
    products(all);
  }

  private static void matrices(List<MicroKernel> all) {
    for (int count : new int[] {1, 2, 4}) {
      for (String trans : List.of("", ".trans")) {
        int[] input =
            words(
                5,
                (word, lane) ->
                    word < 4 ? (2 * word + 1 << 16 | 2 * word) + lane * 0x01000100 : 5 * lane % 32);
        String name = "stmatrix_x" + count + (trans.isEmpty() ? "" : "_trans");
        PtxKernel kernel =
            kernel(Arch.SM_90A, name, "stmatrix", WARP, 5, 4, Map.of("X", count, "TRANS", trans));
        all.add(new MicroKernel(kernel, input, 4, 1, Result.BITS, 0, null));
      }
    }
  }

  private static int[] tagged(int count) {
    int[] data = new int[count];
    for (int i = 0; i < count; i++) {
      data[i] = 0x10000 + 3 * i;
    }
    return data;
  }

  private static void barriers(List<MicroKernel> all) {
    PtxKernel elect = kernel(Arch.SM_90A, "elect", "elect", 64, 1, 2, Map.of());
    all.add(new MicroKernel(elect, tagged(64), 2, 1, Result.BITS, 0, null));
    PtxKernel mbarrier = kernel(Arch.SM_90A, "mbarrier", "mbarrier", 64, 1, 5, Map.of());
    all.add(new MicroKernel(mbarrier, tagged(64), 5, 1, Result.BITS, 0, null));
    PtxKernel bulk = kernel(Arch.SM_90A, "bulk", "bulk", 128, 1, 1, Map.of());
    all.add(new MicroKernel(bulk, tagged(128), 2, 1, Result.BITS, 0, null));
    PtxKernel multicast =
        kernel(Arch.SM_90A, "multicast", "multicast", 128, 1, 2, Map.of("CLUSTER", 2));
    all.add(new MicroKernel(multicast, tagged(128), 2, 2, Result.BITS, 0, null));
  }

  /** Boxes of one swizzle row times 16, inside the tensor and hanging over each of its edges. */
  private static void tensors(List<MicroKernel> all) {
    int rows = 21;
    int rowBytes = 160;
    for (Swizzle swizzle : Swizzle.values()) {
      int columns = swizzle == Swizzle.NONE ? 24 : 8 << swizzle.ordinal();
      int[][] places = {{0, 0}, {-5, -3}, {70, 12}};
      for (int i = 0; i < places.length; i++) {
        int threads = columns * 16 / 2;
        String name = "tensor_load_%s_%s".formatted(lower(swizzle), i);
        PtxKernel kernel =
            kernel(
                Arch.SM_90A,
                name,
                "tensor_load",
                threads,
                0,
                1,
                Map.of(
                    "COLUMNS",
                    columns,
                    "ROWS",
                    16,
                    "X",
                    places[i][0],
                    "Y",
                    places[i][1],
                    "MAP",
                    1));
        MicroKernel.Map map =
            new MicroKernel.Map(false, 0, 75, rows, rowBytes, columns, 16, swizzle);
        all.add(new MicroKernel(kernel, tagged(rows * rowBytes / 4), 1, 1, Result.BITS, 0, map));
      }
      int threads = columns * 16 / 2;
      PtxKernel store =
          kernel(
              Arch.SM_90A,
              "tensor_store_" + lower(swizzle),
              "tensor_store",
              threads,
              1,
              0,
              Map.of("MAP", 1));
      MicroKernel.Map map =
          new MicroKernel.Map(true, 0, columns, 16, 2 * columns, columns, 16, swizzle);
      all.add(new MicroKernel(store, tagged(threads), 1, 1, Result.BITS, 0, map));
    }
  }

  private static String lower(Swizzle swizzle) {
    return swizzle == Swizzle.NONE ? "plain" : "" + (16 << swizzle.ordinal());
  }

  private static void products(List<MicroKernel> all) {
    for (int span : new int[] {16, 32, 64, 128}) {
      for (int transposes = 0; transposes < 4; transposes++) {
        product(all, span, (transposes & 1) != 0, (transposes & 2) != 0, "ss", "bf16", 1);
      }
    }
    product(all, 128, false, false, "ss", "f16", -1);
    product(all, 128, false, false, "rs", "bf16", 1);
    product(all, 128, false, true, "rs", "f16", 1);
    product(all, 64, false, true, "rs", "bf16", -1);
  }

  private static void product(
      List<MicroKernel> all,
      int span,
      boolean transposeA,
      boolean transposeB,
      String form,
      String type,
      int sign) {
    int kStep = span / 32 - (span > 16 ? 1 : 0);
    boolean registers = form.equals("rs");
    int aBytes = registers ? 16 * WARPGROUP : WgmmaTiles.bytes(span, transposeA);
    int aStart = 0;
    int bStart = (aBytes + 1023) / 1024 * 1024;
    int bytes = (bStart + WgmmaTiles.bytes(span, transposeB) + 511) / 512 * 512;
    int[] image = new int[bytes / 4];
    for (int mn = 0; mn < WgmmaTiles.MN; mn++) {
      for (int k = 0; k < WgmmaTiles.K; k++) {
        if (!registers) {
          int at = WgmmaTiles.offset(span, transposeA, kStep, mn, k);
          WgmmaTiles.put(image, aStart + at, WgmmaTiles.half(type, WgmmaTiles.a(mn, k)));
        }
        int at = WgmmaTiles.offset(span, transposeB, kStep, mn, k);
        WgmmaTiles.put(image, bStart + at, WgmmaTiles.half(type, WgmmaTiles.b(k, mn)));
      }
    }
    if (registers) {
      fragments(image, type);
    }
    int aStep = transposeA ? 0 : 32 * kStep;
    int bStep = transposeB ? 0 : 32 * kStep;
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("T", type);
    parameters.put("FORM", form);
    parameters.put("SIGN", sign);
    parameters.put("TWICE", span == 64 ? 1 : 0);
    parameters.put("A_START", aStart + aStep);
    parameters.put("B_START", bStart + bStep);
    parameters.put("A_LAYOUT", WgmmaTiles.layout(span, transposeA));
    parameters.put("B_LAYOUT", WgmmaTiles.layout(span, transposeB));
    parameters.put("TRANSPOSE_A", transposeA ? 1 : 0);
    parameters.put("TRANSPOSE_B", transposeB ? 1 : 0);
    String name =
        "wgmma_%s_%s_%s%s%s%s"
            .formatted(
                form,
                type,
                span,
                transposeA ? "_ta" : "",
                transposeB ? "_tb" : "",
                sign < 0 ? "_minus" : "");
    int in = image.length / WARPGROUP;
    PtxKernel kernel = kernel(Arch.SM_90A, name, "wgmma", WARPGROUP, in, 32, parameters);
    all.add(new MicroKernel(kernel, image, 32, 1, Result.FLOAT32, 0, null));
  }

  /** The first four words of each thread: its fragment of A. */
  private static void fragments(int[] image, String type) {
    for (int thread = 0; thread < WARPGROUP; thread++) {
      int warp = thread / 32;
      int group = thread % 32 / 4;
      int inGroup = thread % 4;
      for (int i = 0; i < 8; i++) {
        int row = 16 * warp + (i % 4 < 2 ? group : group + 8);
        int k = 2 * inGroup + i % 2 + (i < 4 ? 0 : 8);
        int word = i / 2 * WARPGROUP + thread;
        WgmmaTiles.put(image, 4 * word + 2 * (i % 2), WgmmaTiles.half(type, WgmmaTiles.a(row, k)));
      }
    }
  }
}
