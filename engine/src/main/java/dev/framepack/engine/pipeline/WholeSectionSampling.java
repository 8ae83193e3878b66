package dev.framepack.engine.pipeline;

import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.random.TorchRandom;
import dev.framepack.engine.sampler.Sampler;
import dev.framepack.engine.sampler.SigmaSchedule;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorType;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** All frames of a section at one noise level, as the checkpoints were trained. */
record WholeSectionSampling(Backend backend, Sampler sampler, SigmaSchedule schedule)
    implements SectionSampling {
  private static final int SAMPLER_LATENTS = 8;

  @Override
  public List<NoiseLevels> levels() {
    return IntStream.range(0, schedule.steps())
        .mapToObj(step -> NoiseLevels.uniform(step, schedule.sigma(step)))
        .toList();
  }

  @Override
  public int evaluations(SectionPlan plan) {
    return schedule.steps();
  }

  @Override
  public void sample(
      SectionPlan plan,
      SectionDenoiser denoiser,
      LatentStore latents,
      TorchRandom random,
      StepObserver observer) {
    TensorType type = latents.section().type(); // [1, C, W, h, w]
    try (TensorMath math =
        new TensorMath(backend, "step", Collections.nCopies(SAMPLER_LATENTS, type))) {
      Tensor start = math.allocate("noise", type);
      HostValues.upload(backend, random.randn(type.shape().elementCount()), start);
      Tensor result =
          sampler.sample(
              schedule,
              start,
              (step, x, velocity) -> {
                observer.before(step);
                denoiser.velocity(
                    NoiseLevels.uniform(step, schedule.sigma(step)), x, velocity, math);
              },
              math.latents(type),
              (state, step) -> observer.after(step, () -> LatentStore.download(backend, state)));
      math.copy(latents.section(), result);
    }
  }
}
