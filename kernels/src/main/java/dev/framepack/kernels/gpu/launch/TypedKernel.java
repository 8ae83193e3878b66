package dev.framepack.kernels.gpu.launch;

import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.tensor.DType;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One template in the three element types: catalogue rows {@code NAME_f32}, {@code NAME_bf16},
 * {@code NAME_f16}, whose template sees the type as {@code T}.
 */
record TypedKernel(Map<DType, PtxKernel> variants) {
  static final List<DType> TYPES = List.of(DType.F32, DType.BF16, DType.F16);

  static TypedKernel of(String name, String file, int threads, Map<String, Object> parameters) {
    Map<DType, PtxKernel> variants = new EnumMap<>(DType.class);
    for (DType type : TYPES) {
      Map<String, Object> all = new TreeMap<>(parameters);
      all.put("T", word(type));
      variants.put(type, PtxKernel.of(name + "_" + word(type), file, threads, all));
    }
    return new TypedKernel(variants);
  }

  /** The type as templates and kernel names write it. */
  static String word(DType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  PtxKernel of(DType type) {
    PtxKernel kernel = variants.get(type);
    if (kernel == null) {
      throw new IllegalArgumentException("no kernel for elements of type " + type);
    }
    return kernel;
  }

  Collection<PtxKernel> all() {
    return variants.values();
  }
}
