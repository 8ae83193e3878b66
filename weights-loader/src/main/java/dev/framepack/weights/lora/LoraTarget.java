package dev.framepack.weights.lora;

import dev.framepack.weights.TensorInfo;

/**
 * The change a LoRA makes to one weight: {@code W + (alpha / rank) * up * down} (Hu et al., "LoRA",
 * arXiv 2106.09685, section 4.1).
 *
 * @param name the module, spelled as the file's format spells it
 * @param rank r
 * @param alpha numerator of the scale, finite and not 0; the rank when the file stores none
 * @param down {@code [r, in]}, A in the paper
 * @param up {@code [out, r]}, B in the paper
 */
public record LoraTarget(String name, int rank, double alpha, TensorInfo down, TensorInfo up) {
  /** What the product of the matrices is multiplied with. */
  public double scale() {
    return alpha / rank;
  }
}
