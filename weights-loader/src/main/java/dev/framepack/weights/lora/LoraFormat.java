package dev.framepack.weights.lora;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The ways a LoRA file names its tensors. The module in a name, {@code NAME} below, is spelled as
 * diffusers spells it or as the original HunyuanVideo does, whatever the format.
 */
public enum LoraFormat {
  /** {@code transformer.NAME.lora_A.weight}, as diffusers and PEFT write. */
  DIFFUSERS("diffusers", "transformer.", ".lora_A.weight", ".lora_B.weight"),

  /** {@code diffusion_model.NAME.lora_A.weight}, as trainers for ComfyUI write. */
  COMFYUI("ComfyUI", "diffusion_model.", ".lora_A.weight", ".lora_B.weight"),

  /** {@code lora_unet_NAME.lora_down.weight}, the dots of NAME written as underscores. */
  KOHYA("kohya", "lora_unet_", ".lora_down.weight", ".lora_up.weight"),

  /** {@code NAME.lora_down.weight}. */
  HUNYUAN_VIDEO("HunyuanVideo", "", ".lora_down.weight", ".lora_up.weight");

  /** What one tensor is to its target; either pair of suffixes is understood in every format. */
  enum Role {
    DOWN(".lora_A.weight", ".lora_down.weight"),
    UP(".lora_B.weight", ".lora_up.weight"),
    ALPHA(".alpha");

    private final List<String> suffixes;

    Role(String... suffixes) {
      this.suffixes = List.of(suffixes);
    }
  }

  /** A tensor name taken apart. */
  record Key(String target, Role role) {}

  private static final String KOHYA_FAMILY = "lora_"; // lora_unet_, lora_te_, lora_te1_, ...

  private final String label;
  private final String prefix;
  private final String downSuffix;
  private final String upSuffix;

  LoraFormat(String label, String prefix, String downSuffix, String upSuffix) {
    this.label = label;
    this.prefix = prefix;
    this.downSuffix = downSuffix;
    this.upSuffix = upSuffix;
  }

  /** The name of the format, for people. */
  public String label() {
    return label;
  }

  /** The formats at least one matrix among these tensor names is written in; empty: not a LoRA. */
  public static Set<LoraFormat> among(Collection<String> tensorNames) {
    Set<LoraFormat> found = EnumSet.noneOf(LoraFormat.class);
    for (String name : tensorNames) {
      for (LoraFormat format : values()) {
        Key key = format.parse(name);
        if (key != null && key.role() != Role.ALPHA) {
          found.add(format);
        }
      }
    }
    return found;
  }

  /** How this format refers to a module of the model, for example {@code blocks.0.attn.to_q}. */
  String targetName(String module) {
    return this == KOHYA ? module.replace('.', '_') : module;
  }

  /** Target and role of a tensor, or null when its name is not of this format. */
  @Nullable Key parse(String tensorName) {
    if (!tensorName.startsWith(prefix) || (prefix.isEmpty() && hasForeignPrefix(tensorName))) {
      return null;
    }
    for (Role role : Role.values()) {
      for (String suffix : role.suffixes) {
        int end = tensorName.length() - suffix.length();
        if (tensorName.endsWith(suffix) && end > prefix.length()) {
          return new Key(tensorName.substring(prefix.length(), end), role);
        }
      }
    }
    return null;
  }

  private static boolean hasForeignPrefix(String tensorName) {
    return tensorName.startsWith(KOHYA_FAMILY)
        || tensorName.startsWith(DIFFUSERS.prefix)
        || tensorName.startsWith(COMFYUI.prefix);
  }

  /** The suffix that this format's trainers use. */
  String suffix(Role role) {
    return switch (role) {
      case DOWN -> downSuffix;
      case UP -> upSuffix;
      case ALPHA -> Role.ALPHA.suffixes.getFirst();
    };
  }
}
