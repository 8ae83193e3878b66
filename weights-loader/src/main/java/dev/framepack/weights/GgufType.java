package dev.framepack.weights;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The codes of element types in a GGUF file ({@code enum ggml_type}). */
final class GgufType {
  private static final Map<Long, StorageType> TYPES = new LinkedHashMap<>();

  static {
    TYPES.put(0L, StorageType.F32);
    TYPES.put(1L, StorageType.F16);
    TYPES.put(30L, StorageType.BF16);
    TYPES.put(8L, StorageType.Q8_0);
    TYPES.put(2L, StorageType.Q4_0);
    TYPES.put(12L, StorageType.Q4_K);
  }

  /** Names in the order of their codes, for messages. */
  private static final List<String> NAMES =
      Arrays.asList(
          "F32", "F16", "Q4_0", "Q4_1", "Q4_2", "Q4_3", "Q5_0", "Q5_1", "Q8_0", "Q8_1", "Q2_K",
          "Q3_K", "Q4_K", "Q5_K", "Q6_K", "Q8_K", "IQ2_XXS", "IQ2_XS", "IQ3_XXS", "IQ1_S", "IQ4_NL",
          "IQ3_S", "IQ2_S", "IQ4_XS", "I8", "I16", "I32", "I64", "F64", "IQ1_M", "BF16");

  private GgufType() {}

  /** The type of a code, or null where it is not read. */
  static @Nullable StorageType byCode(long code) {
    return TYPES.get(code);
  }

  static String describe(long code) {
    return code >= 0 && code < NAMES.size() ? NAMES.get((int) code) : "type " + code;
  }

  static String supported() {
    return TYPES.values().toString();
  }
}
