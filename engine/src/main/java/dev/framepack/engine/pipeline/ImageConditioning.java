package dev.framepack.engine.pipeline;

/**
 * The start (and end) image as the image encoder sees it.
 *
 * @param tokens image tokens I
 * @param embeds {@code [I, imageWidth]}
 */
@SuppressWarnings("ArrayRecordComponent") // a bundle of values, never compared
public record ImageConditioning(int tokens, float[] embeds) {}
