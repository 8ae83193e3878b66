package dev.framepack.engine.pipeline;

import dev.framepack.engine.image.ImageSize;

/**
 * What a run took.
 *
 * @param size of the video
 * @param weightBytes all weights
 * @param denoiseBytes planned peak of the transformer's graphs
 * @param decodeBytes planned peak of the decoder's graphs
 * @param workspaceBytes the backend's packed weights and scratch
 */
public record RunReport(
    ImageSize size, long weightBytes, long denoiseBytes, long decodeBytes, long workspaceBytes) {}
