package dev.framepack.engine;

import java.time.Duration;

/**
 * Where a generation stands.
 *
 * @param phase what is being done
 * @param section 0-based section in order of generation, 0 before the first
 * @param sections how many there are
 * @param step model evaluations of this section that are done
 * @param steps model evaluations this section takes
 * @param elapsed since the generation began
 * @param perStep median so far, zero before the first step
 * @param remaining estimate of the time to the end, zero while unknown
 */
public record GenerationProgress(
    Phase phase,
    int section,
    int sections,
    int step,
    int steps,
    Duration elapsed,
    Duration perStep,
    Duration remaining) {

  /** The stages of a generation. */
  public enum Phase {
    /** Waits for the jobs before it. */
    QUEUED,
    ENCODE_PROMPT,
    ENCODE_IMAGE,
    DENOISE,
    DECODE,
    DONE
  }
}
