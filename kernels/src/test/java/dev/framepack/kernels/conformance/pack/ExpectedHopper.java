package dev.framepack.kernels.conformance.pack;

import dev.framepack.kernels.gpu.device.KernelArgument.TensorMap.Swizzle;
import java.util.Objects;

/** What sm_90a micro-kernels must answer; shares no code with the emulator. */
final class ExpectedHopper {
  private ExpectedHopper() {}

  static int[] of(String name, MicroKernel micro) {
    int[] in = micro.input();
    int threads = micro.kernel().threads();
    int[] out = new int[micro.outputSize()];
    for (int i = 0; i < threads; i++) {
      switch (micro.kernel().file()) {
        case "conformance/elect" -> out[i] = 1;
        case "conformance/mbarrier" -> {
          out[threads + i] = 1;
          out[2 * threads + i] = 1;
          out[4 * threads + i] = in[(i + 1) % threads];
        }
        case "conformance/bulk" -> {
          out[i] = in[threads - 1 - i];
          out[threads + i] = in[i] + 1;
        }
        case "conformance/multicast" -> {
          out[i] = in[i];
          out[threads + i] = 1;
          out[2 * threads + i] = in[i] + 0x1000000;
          out[3 * threads + i] = 1;
        }
        case "conformance/wgmma" -> wgmma(name, i, out);
        default -> {}
      }
    }
    if (micro.map() != null) {
      tensor(micro, out);
    }
    return out;
  }

  private static void wgmma(String name, int thread, int[] out) {
    int factor = (name.contains("_64") ? 2 : 1) * (name.endsWith("_minus") ? -1 : 1);
    for (int i = 0; i < 32; i++) {
      int row = thread / 32 * 16 + thread % 32 / 4 + (i % 4 < 2 ? 0 : 8);
      int column = i / 4 * 8 + thread % 4 * 2 + i % 2;
      int sum = 0;
      for (int k = 0; k < 16; k++) {
        sum += WgmmaTiles.a(row, k) * WgmmaTiles.b(k, column);
      }
      out[128 * i + thread] = Float.floatToRawIntBits(factor * sum);
    }
  }

  /**
   * Element (row, column) of a box lies at row * pitch + 2 column, its 16-byte chunk permuted by
   * the row of 128 bytes it is in: by all three bits, two or one for rows of 128, 64 and 32 bytes.
   */
  private static int place(Swizzle swizzle, int columns, int row, int column) {
    int linear = 2 * (row * columns + column);
    int line = linear / 128;
    int chunk = linear / 16 % 8;
    int permuted =
        switch (swizzle) {
          case NONE -> chunk;
          case BYTES_32 -> chunk ^ (line % 2);
          case BYTES_64 -> chunk ^ (line % 4);
          case BYTES_128 -> chunk ^ (line % 8);
        };
    return line * 128 + permuted * 16 + linear % 16;
  }

  private static void tensor(MicroKernel micro, int[] out) {
    MicroKernel.Map map = Objects.requireNonNull(micro.map());
    int[] in = micro.input();
    if (map.store()) {
      for (int row = 0; row < map.boxRows(); row++) {
        for (int column = 0; column < map.boxColumns(); column++) {
          int from = place(map.swizzle(), map.boxColumns(), row, column);
          WgmmaTiles.put(out, row * map.rowBytes() + 2 * column, get(in, from));
        }
      }
      return;
    }
    int x = (int) Objects.requireNonNull(micro.kernel().parameters().get("X"));
    int y = (int) Objects.requireNonNull(micro.kernel().parameters().get("Y"));
    for (int row = 0; row < map.boxRows(); row++) {
      for (int column = 0; column < map.boxColumns(); column++) {
        boolean inside =
            x + column >= 0 && x + column < map.columns() && y + row >= 0 && y + row < map.rows();
        int value = inside ? get(in, (y + row) * map.rowBytes() + 2 * (x + column)) : 0;
        WgmmaTiles.put(out, place(map.swizzle(), map.boxColumns(), row, column), value);
      }
    }
  }

  private static int get(int[] words, int byteOffset) {
    return words[byteOffset / 4] >>> 8 * (byteOffset % 4) & 0xffff;
  }
}
