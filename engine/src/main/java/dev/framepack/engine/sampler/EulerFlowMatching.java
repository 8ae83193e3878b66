package dev.framepack.engine.sampler;

import java.util.List;
import java.util.function.ObjIntConsumer;

/**
 * First-order flow matching: {@code x += (sigma_next - sigma) v} (spec section 3; profile
 * diffusers).
 */
public final class EulerFlowMatching implements Sampler {

  @Override
  public String name() {
    return "euler";
  }

  @Override
  public <T> T sample(
      SigmaSchedule schedule,
      T start,
      Denoiser<T> model,
      LatentAlgebra<T> algebra,
      ObjIntConsumer<T> afterStep) {
    T velocity = algebra.allocate();
    for (int step = 0; step < schedule.steps(); step++) {
      model.velocity(step, start, velocity);
      double delta = schedule.sigma(step + 1) - schedule.sigma(step);
      algebra.combine(start, new double[] {1, delta}, List.of(start, velocity));
      afterStep.accept(start, step);
    }
    return start;
  }
}
