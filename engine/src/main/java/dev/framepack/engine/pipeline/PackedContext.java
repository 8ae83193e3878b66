package dev.framepack.engine.pipeline;

import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.history.HistoryFilter;
import dev.framepack.engine.model.hunyuan.PackedShape;
import dev.framepack.engine.model.hunyuan.PackedTransformer;
import dev.framepack.engine.model.hunyuan.TransformerIo;
import dev.framepack.engine.model.nn.HostConstants;
import dev.framepack.engine.packing.LatentHistory;
import dev.framepack.engine.packing.LatentVideo;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.random.TorchRandom;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The context of a section as tokens: gathered and filtered once a section, packed again whenever a
 * pass wants it at another noise level.
 */
final class PackedContext implements Resources.Resource {
  private static final double NOT_PACKED = -1;

  private final Backend backend;
  private final List<HistoryFilter> filters;
  private final CompiledGraph graph;
  private final List<Tensor> inputs = new ArrayList<>();
  private final @Nullable Noise noise;
  private double packedSignal = NOT_PACKED;
  private double packedNoise;

  /** Clean frames and noise of every part, to be mixed. */
  private record Noise(
      TorchRandom random, TensorMath math, List<Tensor> clean, List<Tensor> epsilon) {}

  /**
   * @param random where noise for the context comes from; null when no pass wants any
   */
  PackedContext(
      PackedTransformer transformer,
      WeightStore weights,
      Backend backend,
      PackedShape shape,
      List<HistoryFilter> filters,
      @Nullable TorchRandom random) {
    this.backend = backend;
    this.filters = filters;
    HostConstants constants = new HostConstants();
    this.graph = CompiledGraph.compile(transformer.history(shape, constants), backend, weights);
    try {
      constants.upload(backend, graph);
      List<TensorType> types = new ArrayList<>();
      for (int i = 0; i < shape.context().size(); i++) {
        inputs.add(graph.input(TransformerIo.context(i)));
        types.add(inputs.getLast().type());
        types.add(inputs.getLast().type());
      }
      this.noise = random == null ? null : noise(random, types);
    } catch (RuntimeException | Error e) {
      graph.close();
      throw e;
    }
  }

  private Noise noise(TorchRandom random, List<TensorType> types) {
    TensorMath math = new TensorMath(backend, "context", types);
    List<Tensor> clean = new ArrayList<>();
    List<Tensor> epsilon = new ArrayList<>();
    for (Tensor input : inputs) {
      clean.add(math.allocate("clean", input.type()));
      epsilon.add(math.allocate("epsilon", input.type()));
    }
    return new Noise(random, math, clean, epsilon);
  }

  /** Gathers what a section sees. */
  void begin(SectionPlan plan, LatentHistory history, LatentStore latents) {
    packedSignal = NOT_PACKED;
    for (int i = 0; i < inputs.size(); i++) {
      Tensor target = noise == null ? inputs.get(i) : noise.clean().get(i); // [1, C, n, h, w]
      latents.join(target, history.runs(plan.context().get(i)));
      if (!filters.isEmpty()) {
        LatentVideo frames = LatentStore.download(backend, target);
        for (HistoryFilter filter : filters) {
          filter.apply(frames, plan.context().get(i).frames());
        }
        HostValues.upload(backend, frames.values(), target);
      }
      if (noise != null) {
        float[] values = noise.random().randn(target.shape().elementCount());
        clearBlank(values, target.shape().size(1), plan.context().get(i).frames());
        HostValues.upload(backend, values, noise.epsilon().get(i));
      }
    }
  }

  /**
   * Frames that do not exist are absent, whatever the noise.
   *
   * @param values {@code [C, frames, h, w]}
   */
  private static void clearBlank(float[] values, int channels, int[] frames) {
    int plane = values.length / (channels * frames.length);
    for (int i = 0; i < channels * frames.length; i++) {
      if (frames[i % frames.length] == SectionPlan.BLANK) {
        Arrays.fill(values, i * plane, (i + 1) * plane, 0);
      }
    }
  }

  /** Makes {@link #tokens} {@code signal * context + noise * epsilon}. */
  void pack(double signal, double noiseLevel) {
    if (signal == packedSignal && noiseLevel == packedNoise) {
      return;
    }
    if (noise != null) {
      for (int i = 0; i < inputs.size(); i++) {
        noise
            .math()
            .combine(
                inputs.get(i),
                new double[] {signal, noiseLevel},
                List.of(noise.clean().get(i), noise.epsilon().get(i)));
      }
    } else if (signal != 1 || noiseLevel != 0) {
      throw new IllegalStateException(
          "PackedContext: made for context as it is, asked for %s and noise %s"
              .formatted(signal, noiseLevel));
    }
    graph.run();
    packedSignal = signal;
    packedNoise = noiseLevel;
  }

  /** {@code [1, historyTokens, D]}. */
  Tensor tokens() {
    return graph.output(TransformerIo.HISTORY_TOKENS);
  }

  /** Planned peak bytes of the graph. */
  long arenaBytes() {
    return graph.arenaBytes();
  }

  @Override
  public void close() {
    graph.close();
    if (noise != null) {
      noise.math().close();
    }
  }
}
