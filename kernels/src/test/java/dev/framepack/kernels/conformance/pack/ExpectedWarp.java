package dev.framepack.kernels.conformance.pack;

import java.util.Map;
import java.util.TreeMap;

/**
 * What the warp micro-kernels must answer, written from the PTX ISA's text element by element. It
 * shares no code with the emulator.
 */
final class ExpectedWarp {
  private static final int WARP = 32;

  private ExpectedWarp() {}

  /** Output words of shfl.sync. */
  static int[] shuffle(String mode, int[] in) {
    int[] out = new int[2 * WARP];
    for (int lane = 0; lane < WARP; lane++) {
      int b = in[WARP + lane] % 32;
      int c = in[2 * WARP + lane];
      int segmentMask = c / 256 % 32;
      int clamp = c % 32;
      int maxLane = (lane & segmentMask) | (clamp & (31 - segmentMask));
      int minLane = lane & segmentMask;
      int j;
      boolean inRange;
      switch (mode) {
        case "up" -> {
          j = lane - b;
          inRange = j >= maxLane;
        }
        case "down" -> {
          j = lane + b;
          inRange = j <= maxLane;
        }
        case "bfly" -> {
          j = lane ^ b;
          inRange = j <= maxLane;
        }
        default -> {
          j = minLane | (b & (31 - segmentMask));
          inRange = j <= maxLane;
        }
      }
      out[lane] = in[inRange ? j : lane];
      out[WARP + lane] = inRange ? 1 : 0;
    }
    return out;
  }

  static int[] vote(int[] in) {
    long set = 0;
    for (int lane = 0; lane < WARP; lane++) {
      set += in[lane] != 0 ? 1L << lane : 0;
    }
    int[] out = new int[8 * WARP];
    for (int lane = 0; lane < WARP; lane++) {
      long half = lane < 16 ? 0xffffL : 0xffff0000L;
      out[lane] = set == 0xffffffffL ? 1 : 0;
      out[WARP + lane] = set != 0 ? 1 : 0;
      out[2 * WARP + lane] = set == 0 || set == 0xffffffffL ? 1 : 0;
      out[3 * WARP + lane] = (int) set;
      out[4 * WARP + lane] = (int) (0xffffffffL - set);
      out[5 * WARP + lane] = (int) (set & half);
      out[6 * WARP + lane] = (set & half) == half || (set & half) == 0 ? 1 : 0;
      out[7 * WARP + lane] = (int) half;
    }
    return out;
  }

  static int[] match(int[] in) {
    int[] out = new int[6 * WARP];
    for (int lane = 0; lane < WARP; lane++) {
      for (int other = 0; other < WARP; other++) {
        boolean first = in[lane] == in[other];
        boolean second = in[WARP + lane] == in[WARP + other];
        out[lane] += first ? 1 << other : 0;
        out[5 * WARP + lane] += first && second ? 1 << other : 0;
      }
    }
    for (int word = 0; word < 2; word++) {
      boolean equal = true;
      for (int lane = 1; lane < WARP; lane++) {
        equal &= in[word * WARP] == in[word * WARP + lane];
      }
      for (int lane = 0; lane < WARP; lane++) {
        out[(1 + 2 * word) * WARP + lane] = equal ? -1 : 0;
        out[(2 + 2 * word) * WARP + lane] = equal ? 1 : 0;
      }
    }
    return out;
  }

  static int[] redux(int[] in) {
    long[] result = new long[9];
    result[1] = Long.MAX_VALUE;
    result[3] = Long.MAX_VALUE;
    result[4] = Long.MIN_VALUE;
    result[5] = -1;
    for (int lane = 0; lane < WARP; lane++) {
      long unsigned = in[lane] & 0xffffffffL;
      result[0] += in[lane];
      result[1] = Math.min(result[1], unsigned);
      result[2] = Math.max(result[2], unsigned);
      result[3] = Math.min(result[3], in[lane]);
      result[4] = Math.max(result[4], in[lane]);
      result[5] &= in[lane];
      result[6] |= in[lane];
      result[7] ^= in[lane];
      result[8] += in[WARP + lane] % 2 != 0 ? in[lane] : 0;
    }
    int[] out = new int[9 * WARP];
    for (int i = 0; i < out.length; i++) {
      boolean odd = in[WARP + i % WARP] % 2 != 0;
      out[i] = i / WARP < 8 || odd ? (int) result[i / WARP] : 0;
    }
    return out;
  }

  /** ldmatrix: the 16-bit element [matrix][row][column] is looked up where its row was stored. */
  static int[] ldmatrix(int count, boolean transposed, int[] in) {
    int[] out = new int[count * WARP];
    for (int matrix = 0; matrix < count; matrix++) {
      for (int row = 0; row < 8; row++) {
        for (int column = 0; column < 8; column++) {
          int stored = in[4 * WARP + 8 * matrix + row];
          int element = in[column / 2 * WARP + stored] >>> 16 * (column % 2) & 0xffff;
          int i = transposed ? column : row;
          int j = transposed ? row : column;
          out[matrix * WARP + 4 * i + j / 2] |= element << 16 * (j % 2);
        }
      }
    }
    return out;
  }

  static int[] stmatrix(int count, boolean transposed, int[] in) {
    int[] out = new int[4 * WARP];
    for (int matrix = 0; matrix < count; matrix++) {
      for (int lane = 0; lane < WARP; lane++) {
        for (int half = 0; half < 2; half++) {
          int i = lane / 4;
          int j = 2 * (lane % 4) + half;
          int row = transposed ? j : i;
          int column = transposed ? i : j;
          int target = in[4 * WARP + 8 * matrix + row];
          int element = in[matrix * WARP + lane] >>> 16 * half & 0xffff;
          out[column / 2 * WARP + target] |= element << 16 * (column % 2);
        }
      }
    }
    return out;
  }

  /** cp.async: the source of thread i is 16 bytes at word THREADS + 4 i. */
  static int[] copy(int size, String form, int[] in) {
    int[] out = new int[4 * WARP];
    for (int lane = 0; lane < WARP; lane++) {
      for (int b = 0; b < 16; b++) {
        int wanted =
            switch (form) {
              case "size" -> in[lane];
              case "ignore" -> in[lane] % 2 == 1 ? 0 : size;
              default -> size;
            };
        int value = in[WARP + 4 * lane + b / 4] >>> 8 * (b % 4) & 255;
        int at = b < wanted ? value : b < size ? 0 : 255;
        out[b / 4 * WARP + lane] |= at << 8 * (b % 4);
      }
    }
    return out;
  }

  /** Output words of every micro-kernel of this class, by name without "pack_". */
  static Map<String, int[]> outputs(Map<String, MicroKernel> kernels) {
    Map<String, int[]> out = new TreeMap<>();
    kernels.forEach((name, kernel) -> {
      int[] in = kernel.input();
      String[] parts = name.split("_");
      switch (parts[0]) {
        case "shuffle" -> out.put(name, shuffle(parts[1], in));
        case "vote" -> out.put(name, vote(in));
        case "match" -> out.put(name, match(in));
        case "redux" -> out.put(name, redux(in));
        case "ldmatrix" -> out.put(name, ldmatrix(parts[1].charAt(1) - '0', parts.length > 2, in));
        case "stmatrix" -> out.put(name, stmatrix(parts[1].charAt(1) - '0', parts.length > 2, in));
        case "cp" -> {
          if (name.equals("cp_async_groups")) {
            out.put(name, groups(in));
          } else {
            out.put(name, copy(Integer.parseInt(parts[3]), parts[4], in));
          }
        }
        default -> {}
      }
    });
    return out;
  }

  private static int[] groups(int[] in) {
    int[] out = new int[in.length];
    for (int i = 0; i < in.length; i++) {
      out[i] = in[i / 128 * 128 + (i % 128 + 1) % 128];
    }
    return out;
  }
}
