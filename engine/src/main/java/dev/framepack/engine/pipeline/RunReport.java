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
 * @param hostTableBytes most that tables of conditioning took of the host's memory at one time
 * @param steps how many there were, and how many a step cache left out
 */
public record RunReport(
    ImageSize size,
    long weightBytes,
    long denoiseBytes,
    long decodeBytes,
    long workspaceBytes,
    long hostTableBytes,
    StepCounts steps) {}
