package dev.framepack.weights.lora;

import dev.framepack.weights.MessageText;
import dev.framepack.weights.WeightError;
import dev.framepack.weights.WeightException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a file's metadata say about alpha where no tensor says it: {@code lora_adapter_metadata} of
 * diffusers (PEFT's configuration as JSON, keys after {@code transformer.}), else {@code
 * ss_network_alpha} of kohya's trainers.
 */
final class LoraMetadata {
  private static final String PEFT = "lora_adapter_metadata";
  private static final String KOHYA = "ss_network_alpha";
  private static final String PEFT_PREFIX = "transformer.";
  private static final int MAX_DEPTH = 8;

  private final Path file;
  private final @Nullable Double alpha;

  /** Alpha of modules whose name is or ends with the key. */
  private final Map<String, Double> pattern;

  private LoraMetadata(Path file, @Nullable Double alpha, Map<String, Double> pattern) {
    this.file = file;
    this.alpha = alpha;
    this.pattern = pattern;
  }

  /**
   * Reads the metadata of a file.
   *
   * @throws WeightException {@code LORA_METADATA} for text that is not what its key says, {@code
   *     LORA_UNSUPPORTED} for a DoRA or rank-stabilised LoRA, {@code LORA_ALPHA} for an alpha of 0
   */
  static LoraMetadata read(Path file, Map<String, String> metadata) {
    String peft = metadata.get(PEFT);
    if (peft != null) {
      return peft(file, peft);
    }
    String kohya = metadata.get(KOHYA);
    return kohya == null || kohya.equals("None")
        ? new LoraMetadata(file, null, Map.of())
        : new LoraMetadata(file, number(file, KOHYA, kohya), Map.of());
  }

  /** Alpha of a target; its rank, a scale of 1, where nothing is said. */
  double alpha(String target, long rank) {
    for (Map.Entry<String, Double> entry : pattern.entrySet()) {
      if (target.equals(entry.getKey()) || target.endsWith("." + entry.getKey())) {
        return entry.getValue();
      }
    }
    return alpha == null ? rank : alpha;
  }

  private static LoraMetadata peft(Path file, String text) {
    JsonNode root = parse(file, text);
    for (String flag : new String[] {"use_dora", "use_rslora"}) {
      if (root.path(PEFT_PREFIX + flag).asBoolean(false)) {
        throw WeightException.in(
            WeightError.LORA_UNSUPPORTED,
            file,
            "%s says %s, expected plain LoRA".formatted(PEFT, flag));
      }
    }
    Map<String, Double> pattern = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry :
        root.path(PEFT_PREFIX + "alpha_pattern").properties()) {
      if (!entry.getKey().matches("[\\w.]+")) {
        throw refusal(file, "alpha_pattern", MessageText.quote(entry.getKey(), 60), "a name");
      }
      pattern.put(entry.getKey(), number(file, "alpha_pattern", entry.getValue()));
    }
    JsonNode alpha = root.path(PEFT_PREFIX + "lora_alpha");
    return new LoraMetadata(
        file,
        alpha.isMissingNode() || alpha.isNull() ? null : number(file, "lora_alpha", alpha),
        pattern);
  }

  private static JsonNode parse(Path file, String text) {
    JsonMapper mapper =
        JsonMapper.builder(
                JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    JsonNode root;
    try {
      root = mapper.readTree(text);
    } catch (JacksonException e) {
      throw WeightException.in(
          WeightError.LORA_METADATA,
          file,
          "%s is not valid JSON: %s".formatted(PEFT, MessageText.escape(e.getOriginalMessage())),
          e);
    }
    if (!root.isObject()) {
      throw refusal(file, PEFT, MessageText.quote(text, 60), "a JSON object");
    }
    return root;
  }

  private static double number(Path file, String key, JsonNode value) {
    if (!value.isNumber()) {
      throw refusal(file, key, MessageText.quote(value.toString(), 60), "a number");
    }
    return checked(file, key, value.asDouble());
  }

  private static double number(Path file, String key, String text) {
    try {
      return checked(file, key, Double.parseDouble(text));
    } catch (NumberFormatException e) {
      throw WeightException.in(
          WeightError.LORA_METADATA,
          file,
          "%s is %s, expected a number".formatted(key, MessageText.quote(text, 60)),
          e);
    }
  }

  private static double checked(Path file, String key, double alpha) {
    if (alpha == 0 || !Double.isFinite(alpha)) {
      throw WeightException.in(
          WeightError.LORA_ALPHA,
          file,
          "metadata %s is %s, expected a finite number that is not 0".formatted(key, alpha));
    }
    return alpha;
  }

  private static WeightException refusal(Path file, String key, String found, String expected) {
    return WeightException.in(
        WeightError.LORA_METADATA, file, "%s is %s, expected %s".formatted(key, found, expected));
  }
}
