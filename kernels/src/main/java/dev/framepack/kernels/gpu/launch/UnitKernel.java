package dev.framepack.kernels.gpu.launch;

import dev.framepack.kernels.gpu.ptx.PtxKernel;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * A template that moves bytes unseen, by the width of one access: catalogue rows {@code NAME_b16}
 * to {@code NAME_b128} after the bits, whose template sees the bytes as {@code UNIT}.
 */
record UnitKernel(TreeMap<Integer, PtxKernel> byBytes) {

  static UnitKernel of(
      String name, int threads, Map<String, Object> parameters, int leastBytes, int mostBytes) {
    TreeMap<Integer, PtxKernel> byBytes = new TreeMap<>();
    for (int unit = leastBytes; unit <= mostBytes; unit *= 2) {
      Map<String, Object> all = new TreeMap<>(parameters);
      all.put("UNIT", unit);
      all.put("T", "f32"); // element.ptx wants one; nothing here depends on it
      byBytes.put(unit, PtxKernel.of(name + "_b" + 8 * unit, name, threads, all));
    }
    return new UnitKernel(byBytes);
  }

  /** Bytes of the widest access that fits these lengths, pitches and addresses. */
  int unit(long... byteMultiples) {
    long all = byBytes.lastKey();
    for (long bytes : byteMultiples) {
      all |= bytes;
    }
    return (int) Math.min(Long.lowestOneBit(all), byBytes.lastKey());
  }

  PtxKernel of(int unit) {
    PtxKernel kernel = byBytes.get(unit);
    if (kernel == null) {
      throw new IllegalArgumentException("no kernel for units of " + unit + " bytes");
    }
    return kernel;
  }

  Collection<PtxKernel> all() {
    return byBytes.values();
  }
}
