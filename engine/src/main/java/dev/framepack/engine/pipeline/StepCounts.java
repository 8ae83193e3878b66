package dev.framepack.engine.pipeline;

import java.util.List;

/**
 * What a step cache did.
 *
 * @param passes of the network; with guidance several to a step
 * @param skipped of them, those whose blocks were left out
 * @param magnitudeRatios mean change of the residual's magnitude at each step, when MagCache was
 *     asked to calibrate; empty otherwise
 */
public record StepCounts(int passes, int skipped, List<Double> magnitudeRatios) {
  public StepCounts {
    magnitudeRatios = List.copyOf(magnitudeRatios);
  }
}
