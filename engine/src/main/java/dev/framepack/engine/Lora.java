package dev.framepack.engine;

import java.nio.file.Path;

/**
 * A LoRA to merge into the transformer's weights while they are loaded.
 *
 * @param file a safetensors file in diffusers, ComfyUI, kohya or original HunyuanVideo naming
 * @param strength what its change of the weights is multiplied with, -10 to 10; 0 leaves them
 */
public record Lora(Path file, double strength) {
  private static final double MAX_STRENGTH = 10;

  public Lora {
    if (!(Math.abs(strength) <= MAX_STRENGTH)) {
      throw new InvalidRequestException(
          "CONFIG_LORA_STRENGTH",
          "the strength of LoRA %s must be -10 to 10, found %s"
              .formatted(file.getFileName(), strength),
          "give a strength such as 0.8",
          null);
    }
  }
}
