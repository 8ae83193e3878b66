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
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * What the transformer's blocks read of prompt, image, guidance and timestep, for every timestep of
 * a video: computed once, because all sections share one schedule.
 *
 * @param shape image and text tokens
 * @param rows row of each timestep
 * @param modulation {@code [timesteps, M]}
 * @param context {@code [timesteps, T, D]}
 * @param imageTokens {@code [I, D]}
 */
record StepConditioning(
    ConditionShape shape,
    Map<Float, Integer> rows,
    MemorySegment modulation,
    MemorySegment context,
    MemorySegment imageTokens) {

  private static final float GUIDANCE_UNIT = 1000;

  /**
   * Evaluates the conditioning.
   *
   * @param timesteps each once
   */
  static StepConditioning compute(
      PackedTransformer transformer,
      WeightStore weights,
      Backend backend,
      PromptConditioning prompt,
      ImageConditioning image,
      Collection<Float> timesteps,
      double guidanceScale) {
    ConditionShape shape = new ConditionShape(image.tokens(), prompt.tokens());
    Map<Float, Integer> rows = new HashMap<>();
    float[] values = new float[timesteps.size()];
    for (float timestep : timesteps) {
      values[rows.size()] = timestep;
      rows.put(timestep, rows.size());
    }
    try (CompiledGraph graph =
        CompiledGraph.compile(transformer.conditioning(values.length, shape), backend, weights)) {
      upload(backend, graph, TransformerIo.TIMESTEP, values);
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
          Map.copyOf(rows),
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

  /** Of all tables, in the host's memory. */
  long byteSize() {
    return modulation.byteSize() + context.byteSize() + imageTokens.byteSize();
  }

  /** {@code [M]} at a sigma. */
  MemorySegment modulation(double sigma) {
    return row(modulation, sigma);
  }

  /** {@code [T, D]} at a sigma. */
  MemorySegment context(double sigma) {
    return row(context, sigma);
  }

  private MemorySegment row(MemorySegment table, double sigma) {
    Integer row = rows.get(SigmaSchedule.timestep(sigma));
    if (row == null) {
      throw new IllegalStateException("StepConditioning: nothing was computed for sigma " + sigma);
    }
    long bytes = table.byteSize() / rows.size();
    return table.asSlice(row * bytes, bytes);
  }
}
