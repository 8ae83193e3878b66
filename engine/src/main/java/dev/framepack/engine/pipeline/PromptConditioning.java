package dev.framepack.engine.pipeline;

/**
 * One prompt as the text encoders see it.
 *
 * @param tokens real text tokens T
 * @param text {@code [T, textWidth]}, first encoder's hidden states
 * @param pooled {@code [pooledWidth]}, second encoder's pooled output
 */
@SuppressWarnings("ArrayRecordComponent") // a bundle of values, never compared
public record PromptConditioning(int tokens, float[] text, float[] pooled) {}
