package dev.framepack.engine.pipeline;

import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.model.hunyuan.ConditionShape;
import dev.framepack.engine.model.hunyuan.PackedTransformer;
import dev.framepack.engine.model.hunyuan.TransformerIo;
import dev.framepack.engine.sampler.SigmaSchedule;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * What the transformer's blocks read of prompt, image, guidance and timestep, for every step of a
 * video: computed once, because all sections share one schedule.
 *
 * @param shape image and text tokens
 * @param modulation {@code [steps, M]}
 * @param context {@code [steps, T, D]}
 * @param imageTokens {@code [I, D]}
 */
record StepConditioning(
    ConditionShape shape,
    int steps,
    MemorySegment modulation,
    MemorySegment context,
    MemorySegment imageTokens) {

  private static final float GUIDANCE_UNIT = 1000;

  static StepConditioning compute(
      PackedTransformer transformer,
      WeightStore weights,
      Backend backend,
      PromptConditioning prompt,
      ImageConditioning image,
      SigmaSchedule schedule,
      double guidanceScale) {
    ConditionShape shape = new ConditionShape(image.tokens(), prompt.tokens());
    int steps = schedule.steps();
    try (CompiledGraph graph =
        CompiledGraph.compile(transformer.conditioning(steps, shape), backend, weights)) {
      upload(backend, graph, TransformerIo.TIMESTEP, schedule.timesteps());
      if (transformer.takesGuidance()) {
        float[] guidance = {(float) guidanceScale * GUIDANCE_UNIT};
        upload(backend, graph, TransformerIo.GUIDANCE, guidance);
      }
      float[] mask = new float[prompt.tokens()];
      Arrays.fill(mask, 1);
      upload(backend, graph, TransformerIo.POOLED, prompt.pooled());
      upload(backend, graph, TransformerIo.TEXT, prompt.text());
      upload(backend, graph, TransformerIo.TEXT_MASK, mask);
      upload(backend, graph, TransformerIo.IMAGE_EMBEDS, image.embeds());
      graph.run();
      return new StepConditioning(
          shape,
          steps,
          download(backend, graph.output(TransformerIo.MODULATION)),
          download(backend, graph.output(TransformerIo.CONTEXT)),
          download(backend, graph.output(TransformerIo.IMAGE_TOKENS)));
    }
  }

  /** Off-heap, so that a step's row is uploaded without a copy; freed with the last reference. */
  private static MemorySegment download(Backend backend, Tensor tensor) {
    MemorySegment values = Arena.ofAuto().allocate(tensor.byteSize(), 64);
    backend.download(tensor, values);
    return values;
  }

  private static void upload(Backend backend, CompiledGraph graph, String name, float[] values) {
    HostValues.upload(backend, values, graph.input(name));
  }

  /** {@code [M]} of one step. */
  MemorySegment modulation(int step) {
    return row(modulation, step);
  }

  /** {@code [T, D]} of one step. */
  MemorySegment context(int step) {
    return row(context, step);
  }

  private MemorySegment row(MemorySegment table, int step) {
    long bytes = table.byteSize() / steps;
    return table.asSlice(step * bytes, bytes);
  }
}
