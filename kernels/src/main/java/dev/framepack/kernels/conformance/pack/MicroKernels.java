package dev.framepack.kernels.conformance.pack;

import static dev.framepack.kernels.conformance.pack.MicroInputs.random;
import static dev.framepack.kernels.conformance.pack.MicroInputs.words;

import dev.framepack.kernels.conformance.pack.MicroKernel.Result;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.gpu.ptx.PtxKernel.Arch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every micro-kernel of the pack. */
public final class MicroKernels {
  static final int WARP = 32;

  private MicroKernels() {}

  public static List<MicroKernel> all() {
    List<MicroKernel> all = new ArrayList<>();
    shuffles(all);
    matrices(all);
    products(all);
    copies(all);
    scalars(all);
    MicroKernels90.add(all);
    return List.copyOf(all);
  }

  /** The PTX of the pack, for the compile gate. */
  public static List<PtxKernel> kernels() {
    return all().stream().map(MicroKernel::kernel).toList();
  }

  static PtxKernel kernel(
      Arch arch, String name, String file, int threads, int in, int out, Map<String, Object> more) {
    Map<String, Object> parameters = new HashMap<>(Map.of("CLUSTER", 1, "MAP", 0));
    parameters.putAll(more);
    parameters.put("IN", in);
    parameters.put("OUT", out);
    parameters.put("TARGET", arch == Arch.SM_80 ? "sm_80" : "sm_90a");
    return new PtxKernel("pack_" + name, "conformance/" + file, arch, threads, parameters);
  }

  private static void add(
      List<MicroKernel> all,
      String name,
      String file,
      int out,
      int[] input,
      Map<String, Object> more) {
    int in = input.length / WARP;
    PtxKernel kernel = kernel(Arch.SM_80, name, file, WARP, in, out, more);
    all.add(new MicroKernel(kernel, input, out, 1, Result.BITS, 0, null));
  }

  private static void shuffles(List<MicroKernel> all) {
    int[] clamps = {0x1f, 0x181f, 0x1c1f, 0x1003, 0x000f};
    int[] upClamps = {0, 0x1800, 0x1c00, 0x1002, 0x0004};
    for (String mode : List.of("up", "down", "bfly", "idx")) {
      int[] limits = mode.equals("up") ? upClamps : clamps;
      int[] input =
          words(
              3,
              (word, lane) ->
                  switch (word) {
                    case 0 -> 0x1000 + lane;
                    case 1 -> (7 * lane + 3) % 32;
                    default -> limits[lane % limits.length];
                  });
      add(all, "shuffle_" + mode, "shuffle", 2, input, Map.of("MODE", mode));
    }
    add(all, "vote", "vote", 8, words(1, (word, lane) -> lane % 3 == 0 ? lane : 0), Map.of());
    add(all, "vote_all", "vote", 8, words(1, (word, lane) -> lane >= 16 ? 0 : 1), Map.of());
    add(
        all,
        "match",
        "match",
        6,
        words(2, (word, lane) -> word == 0 ? lane * lane % 7 : 42),
        Map.of());
    add(all, "match_all", "match", 6, words(2, (word, lane) -> word == 0 ? 9 : lane / 5), Map.of());
    add(all, "redux", "redux", 9, random("redux", 2), Map.of());
  }

  private static void matrices(List<MicroKernel> all) {
    for (int count : new int[] {1, 2, 4}) {
      for (String trans : List.of("", ".trans")) {
        int[] input =
            words(
                5,
                (word, lane) ->
                    word < 4 ? (2 * word + 1 << 16 | 2 * word) + lane * 0x01000100 : 5 * lane % 32);
        String name = "ldmatrix_x" + count + (trans.isEmpty() ? "" : "_trans");
        add(all, name, "ldmatrix", count, input, Map.of("X", count, "TRANS", trans));
      }
    }
  }

  private static void products(List<MicroKernel> all) {
    for (String type : List.of("bf16", "f16")) {
      for (int k : new int[] {8, 16}) {
        product(all, type, "f32", k, MicroInputs::small16);
      }
    }
    product(all, "f16", "f16", 8, MicroInputs::small16);
    product(all, "f16", "f16", 16, MicroInputs::small16);
    product(all, "tf32", "f32", 4, MicroInputs::small32);
    product(all, "tf32", "f32", 8, MicroInputs::small32);
    product(all, "s8", "s32", 16, MicroInputs::bytes);
    product(all, "s8", "s32", 32, MicroInputs::bytes);
    product(all, "u8", "s32", 32, MicroInputs::bytes);
  }

  /** How the fragment words of a type are filled. */
  private interface Fragments {
    int[] of(String type, String sums, int operandWords, int sumWords);
  }

  /** Whole numbers so small that every sum is exact in any order. */
  private static void product(
      List<MicroKernel> all, String type, String sums, int k, Fragments fragments) {
    int bits =
        switch (type) {
          case "tf32" -> 32;
          case "s8", "u8" -> 8;
          default -> 16;
        };
    int aWords = k * bits / 64;
    int cWords = sums.equals("f16") ? 2 : 4;
    add(
        all,
        "mma_k" + k + "_" + type + "_" + sums,
        "mma",
        cWords,
        fragments.of(type, sums, aWords + aWords / 2, cWords),
        Map.of(
            "K",
            k,
            "T",
            type,
            "D",
            sums,
            "A_WORDS",
            aWords,
            "B_WORDS",
            aWords / 2,
            "C_WORDS",
            cWords));
  }

  private static void copies(List<MicroKernel> all) {
    for (int size : new int[] {4, 8, 16}) {
      for (String form : List.of("whole", "size", "ignore")) {
        for (String cache : size == 16 ? List.of("ca", "cg") : List.of("ca")) {
          int[] data = words(5, (word, lane) -> 0x11000000 * word + 0x101 * lane + 1);
          for (int lane = 0; lane < WARP; lane++) {
            data[lane] = lane % (size + 1);
          }
          String name = "cp_async_%s_%s_%s".formatted(cache, size, form);
          PtxKernel kernel =
              kernel(
                  Arch.SM_80,
                  name,
                  "cp_async",
                  WARP,
                  1,
                  4,
                  Map.of("SIZE", size, "FORM", form, "CACHE", cache));
          all.add(new MicroKernel(kernel, data, 4, 1, Result.BITS, 0, null));
        }
      }
    }
    PtxKernel groups =
        kernel(Arch.SM_80, "cp_async_groups", "cp_async_groups", 128, 3, 3, Map.of());
    int[] data = new int[3 * 128];
    for (int i = 0; i < data.length; i++) {
      data[i] = 0x5000 + i;
    }
    all.add(new MicroKernel(groups, data, 3, 1, Result.BITS, 0, null));
  }

  private static void scalars(List<MicroKernel> all) {
    add(all, "convert", "convert", 10, MicroInputs.conversions(), Map.of());
    PtxKernel float32 = kernel(Arch.SM_80, "float32", "float32", 128, 3, 10, Map.of());
    all.add(new MicroKernel(float32, MicroInputs.floats(128), 10, 1, Result.FLOAT32, 0, null));
    for (Map.Entry<String, Integer> function : MicroInputs.APPROXIMATE.entrySet()) {
      String operation = function.getKey();
      String name = operation.replace(".approx", "").replace('.', '_');
      PtxKernel kernel =
          kernel(Arch.SM_80, name, "approximate", 128, 1, 1, Map.of("OPERATION", operation));
      int[] input = MicroInputs.arguments(operation, 128);
      all.add(new MicroKernel(kernel, input, 1, 1, Result.FLOAT32, function.getValue(), null));
    }
    int[] bits = random("bits", 3);
    for (int lane = 0; lane < WARP; lane++) {
      bits[2 * WARP + lane] = lane < 24 ? bits[2 * WARP + lane] & 0x7777 : 0x2000 + lane;
    }
    add(all, "bits", "bits", 16, bits, Map.of());
    PtxKernel atomics = kernel(Arch.SM_80, "atomics", "atomics", 64, 2, 8, Map.of());
    int[] data = new int[2 * 64];
    for (int i = 0; i < 64; i++) {
      data[i] = 0x40000001 + 77 * (i * 37 % 64);
      data[64 + i] = Float.floatToRawIntBits(i - 20);
    }
    all.add(new MicroKernel(atomics, data, 8, 1, Result.BITS, 0, null));
  }
}
