package dev.framepack.weights.lora;

/**
 * What a LoRA does to one weight of the model: {@code W[i, :] += alpha / rank * up[(firstRow + i)
 * mod out, :] * down}.
 *
 * @param target up {@code [out, r]} and down {@code [r, in]}
 * @param firstRow where the rows of this weight begin in a target that stands for several weights
 *     kept together, or in another order
 */
public record LoraChange(LoraTarget target, long firstRow) {}
