package dev.framepack.kernels.conformance.pack;

import static dev.framepack.kernels.conformance.pack.MicroInputs.words;
import static dev.framepack.kernels.conformance.pack.MicroKernels.WARP;
import static dev.framepack.kernels.conformance.pack.MicroKernels.kernel;

import dev.framepack.kernels.conformance.pack.MicroKernel.Result;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.gpu.ptx.PtxKernel.Arch;
import java.util.List;
import java.util.Map;

/** Micro-kernels of what only sm_90a has. */
final class MicroKernels90 {
  private MicroKernels90() {}

  static void add(List<MicroKernel> all) {
    for (int count : new int[] {1, 2, 4}) {
      for (String trans : List.of("", ".trans")) {
        int[] input =
            words(
                5,
                (word, lane) ->
                    word < 4 ? (2 * word + 1 << 16 | 2 * word) + lane * 0x01000100 : 5 * lane % 32);
        String name = "stmatrix_x" + count + (trans.isEmpty() ? "" : "_trans");
        PtxKernel kernel =
            kernel(
                Arch.SM_90A, name, "stmatrix", WARP, 5, 4, Map.of("X", count, "TRANS", trans));
        all.add(new MicroKernel(kernel, input, 4, 1, Result.BITS, 0, null));
      }
    }
  }
}
