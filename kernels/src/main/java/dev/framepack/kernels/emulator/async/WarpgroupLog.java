package dev.framepack.kernels.emulator.async;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.emulator.exec.Warp;
import dev.framepack.kernels.emulator.memory.AccessFault;
import java.util.ArrayList;
import java.util.List;

/** The products of a warpgroup in order: its four warps must issue the same ones. */
final class WarpgroupLog {
  private record Product(int instruction, int line, long a, long b) {}

  private final int warps;
  private final List<Product> products = new ArrayList<>();
  private final int[] issued = new int[4];

  WarpgroupLog(int warps) {
    this.warps = warps;
  }

  /**
   * @param a descriptor, or 0 when A is in registers
   */
  void issue(Warp warp, int instruction, int line, long a, long b) {
    if (warps < 4) {
      throw new AccessFault(
          EmulationException.Kind.DIVERGENCE,
          "wgmma by a group of %s warps; a warpgroup has 4".formatted(warps));
    }
    int at = issued[warp.index % 4]++;
    if (at == products.size()) {
      products.add(new Product(instruction, line, a, b));
      return;
    }
    Product other = products.get(at);
    if (other.instruction != instruction || other.a != a || other.b != b) {
      throw new AccessFault(
          EmulationException.Kind.DIVERGENCE,
          "warp %s issues product %s with descriptors 0x%x, 0x%x; another warp of its group that of"
                  .formatted(warp.index, at, a, b)
              + " line %s with 0x%x, 0x%x".formatted(other.line, other.a, other.b));
    }
  }

  void finish() {
    for (int w = 0; w < warps; w++) {
      if (issued[w] != products.size()) {
        throw new AccessFault(
            EmulationException.Kind.DIVERGENCE,
            "warp %s of a warpgroup issued %s products, another one %s"
                .formatted(w, issued[w], products.size()));
      }
    }
  }
}
