package dev.framepack.weights.lora;

import dev.framepack.weights.NameList;
import dev.framepack.weights.WeightError;
import dev.framepack.weights.WeightException;
import dev.framepack.weights.WeightFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Adapters that are no plain LoRA of the transformer's linear layers, told by their keys. */
final class UnsupportedKeys {
  private static final Map<String, Predicate<String>> KINDS = new LinkedHashMap<>();

  static {
    KINDS.put("DoRA", containing(".dora_scale", ".lora_magnitude_vector"));
    KINDS.put("LoKr", containing(".lokr_"));
    KINDS.put("LoHa", containing(".hada_"));
    KINDS.put("OFT", containing(".oft_", ".boft_"));
    KINDS.put("a Tucker decomposition of convolutions", containing(".lora_mid."));
    KINDS.put("changes of biases", containing(".lora_A.bias", ".lora_B.bias", ".diff_b"));
    KINDS.put("whole differences", name -> name.endsWith(".diff"));
    KINDS.put(
        "for a text encoder",
        name ->
            name.startsWith("lora_te")
                || name.startsWith("text_encoder.")
                || name.startsWith("text_encoder_2."));
  }

  private UnsupportedKeys() {}

  private static Predicate<String> containing(String... marks) {
    return name -> List.of(marks).stream().anyMatch(name::contains);
  }

  /**
   * Nothing of a file may be left out unsaid.
   *
   * @throws WeightException {@code LORA_UNSUPPORTED} that names the kind and up to five keys
   */
  static void refuse(WeightFile file) {
    KINDS.forEach((kind, isOfKind) -> {
      List<String> found = file.names().stream().filter(isOfKind).toList();
      if (!found.isEmpty()) {
        throw WeightException.in(
            WeightError.LORA_UNSUPPORTED,
            file.path(),
            "%s of %s keys are %s, expected plain LoRA: %s"
                .formatted(found.size(), file.names().size(), kind, NameList.of(found)));
      }
    });
  }
}
