package dev.framepack.engine.verify;

import dev.framepack.engine.binding.CheckpointWeights;
import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.binding.WeightTypes;
import dev.framepack.engine.graph.EagerRunner;
import dev.framepack.engine.graph.Graph;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.model.hunyuan.ConditionShape;
import dev.framepack.engine.model.hunyuan.ContextShape;
import dev.framepack.engine.model.hunyuan.FrameIndices;
import dev.framepack.engine.model.hunyuan.PackedShape;
import dev.framepack.engine.model.hunyuan.PackedTransformer;
import dev.framepack.engine.model.hunyuan.PatchSize;
import dev.framepack.engine.model.hunyuan.RopeTables;
import dev.framepack.engine.model.hunyuan.TransformerIo;
import dev.framepack.engine.model.nn.HostConstants;
import dev.framepack.kernels.Backend;
import dev.framepack.weights.Component;
import dev.framepack.weights.config.TransformerConfig;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * One evaluation of the transformer: every tap from the eager runner, the output from the compiled
 * graph.
 */
final class TransformerCase implements GoldenCase {
  private static final String OUTPUT = "output";

  /** The reference's names of context frames and of their indices, in packed order. */
  private static final List<String> CONTEXT =
      List.of("latents_history_4x", "latents_history_2x", "latents_clean");

  @Override
  public boolean recognises(Path folder) {
    return Contents.of(folder).contains(TransformerIo.LATENTS) && model(folder) != null;
  }

  /** The model lies in the case's folder or beside the cases. */
  private static @org.jspecify.annotations.Nullable Path model(Path folder) {
    for (Path candidate : new Path[] {folder, folder.getParent()}) {
      if (candidate != null && Files.isRegularFile(candidate.resolve("config.json"))) {
        return candidate;
      }
    }
    return null;
  }

  @Override
  public void run(Path folder, Subject subject, Report report) {
    Backend backend = subject.backend();
    GoldenTensors golden = new GoldenTensors(folder);
    Path modelFolder = Objects.requireNonNull(model(folder));
    PackedTransformer model = new PackedTransformer(TransformerConfig.read(modelFolder));
    PackedShape shape = shape(golden, model.patch());
    ConditionShape condition =
        new ConditionShape(
            golden.size(TransformerIo.IMAGE_EMBEDS, 1), golden.size(TransformerIo.TEXT, 1));
    Graph forward = model.forward(shape, condition, realTextTokens(golden));
    Map<String, float[]> inputs = inputs(golden, model, shape, condition, forward);
    WeightTypes types = model.weightTypes(subject.type(Component.TRANSFORMER));
    try (WeightStore weights =
        CheckpointWeights.load(
            Component.TRANSFORMER, modelFolder, model.parameters(), types, backend)) {
      Map<String, float[]> eager = eager(forward, backend, weights, inputs);
      for (String name : new TreeSet<>(golden.names())) {
        if (name.startsWith("tap.")) {
          report.check(
              name,
              eager.getOrDefault(name, new float[0]),
              golden.floats(name),
              subject.tolerance(forward, types, name));
        }
      }
      float[] velocity =
          GraphRun.once(forward, backend, weights, new HostConstants(), inputs)
              .get(TransformerIo.VELOCITY);
      report.check(
          OUTPUT,
          velocity == null ? new float[0] : velocity,
          golden.floats(OUTPUT),
          subject.tolerance(forward, types, TransformerIo.VELOCITY));
    }
  }

  private static PackedShape shape(GoldenTensors golden, PatchSize patch) {
    int[] scales = {4, 2, 1};
    List<ContextShape> context = new ArrayList<>();
    for (int i = 0; i < CONTEXT.size(); i++) {
      context.add(ContextShape.frames(golden.size(CONTEXT.get(i), 2), patch.times(scales[i])));
    }
    return new PackedShape(
        golden.size(TransformerIo.LATENTS, 0),
        golden.size(TransformerIo.LATENTS, 2),
        golden.size(TransformerIo.LATENTS, 3),
        golden.size(TransformerIo.LATENTS, 4),
        context);
  }

  private static int realTextTokens(GoldenTensors golden) {
    int tokens = golden.size(TransformerIo.TEXT_MASK, 1);
    float real = 0;
    for (int i = 0; i < tokens; i++) {
      real += golden.floats(TransformerIo.TEXT_MASK)[i];
    }
    return (int) real;
  }

  private static Map<String, float[]> inputs(
      GoldenTensors golden,
      PackedTransformer model,
      PackedShape shape,
      ConditionShape condition,
      Graph forward) {
    RopeTables rope =
        model.ropeTables(
            shape,
            new FrameIndices(
                golden.ints("indices_latents"),
                CONTEXT.stream().map(name -> golden.ints("indices_" + name)).toList()));
    Map<String, float[]> inputs = new HashMap<>();
    for (int i = 0; i < CONTEXT.size(); i++) {
      inputs.put(TransformerIo.context(i), golden.floats(CONTEXT.get(i)));
    }
    for (String name : forward.inputs().keySet()) {
      inputs.computeIfAbsent(
          name,
          missing ->
              switch (missing) {
                case TransformerIo.ROPE_COS -> rope.cos();
                case TransformerIo.ROPE_SIN -> rope.sin();
                case TransformerIo.KEY_MASK ->
                    keyMask(golden, shape.packedTokens(model.patch()), condition, shape.batch());
                default -> golden.floats(missing);
              });
    }
    return inputs;
  }

  /** 1 for packed tokens, image tokens and real text tokens, a row per sample. */
  private static float[] keyMask(
      GoldenTensors golden, int packedTokens, ConditionShape condition, int batch) {
    int open = packedTokens + condition.imageTokens();
    int text = condition.textTokens();
    float[] mask = new float[batch * (open + text)];
    for (int sample = 0; sample < batch; sample++) {
      int row = sample * (open + text);
      Arrays.fill(mask, row, row + open, 1f);
      System.arraycopy(
          golden.floats(TransformerIo.TEXT_MASK), sample * text, mask, row + open, text);
    }
    return mask;
  }

  private static Map<String, float[]> eager(
      Graph graph, Backend backend, WeightStore weights, Map<String, float[]> inputs) {
    try (Arena arena = Arena.ofConfined()) {
      Map<String, MemorySegment> segments = new HashMap<>();
      inputs.forEach((name, values) -> segments.put(name, HostValues.segment(arena, values)));
      return new EagerRunner(backend, weights).run(graph, segments);
    }
  }
}
