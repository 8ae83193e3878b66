package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.GoldenData;
import dev.framepack.engine.GoldenTensors;
import dev.framepack.engine.binding.ArenaWeightStore;
import dev.framepack.engine.binding.CheckpointWeights;
import dev.framepack.engine.graph.Graph;
import dev.framepack.kernels.Backend;
import dev.framepack.weights.Component;
import dev.framepack.weights.config.TransformerConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** One golden case of the transformer: its arguments under the graphs' names, and its sizes. */
record TransformerCase(Map<String, GoldenTensors.Tensor> tensors) {
  private static final Path FOLDER = GoldenData.path("transformer");
  private static final PatchSize PATCH = new PatchSize(1, 2, 2);

  /** The golden names of context frames, in packed order. */
  private static final List<String> CONTEXT =
      List.of("latents_history_4x", "latents_history_2x", "latents_clean");

  private static final int[] SCALE = {4, 2, 1};

  /** The golden model. */
  static PackedTransformer model() {
    return new PackedTransformer(TransformerConfig.read(FOLDER));
  }

  /** The golden weights. */
  static ArenaWeightStore weights(PackedTransformer model, Backend backend) {
    return CheckpointWeights.load(Component.TRANSFORMER, FOLDER, model.parameters(), backend);
  }

  /** {@code batch1} or {@code batch2}. */
  static TransformerCase read(String name) {
    return new TransformerCase(GoldenTensors.read("transformer/" + name));
  }

  PackedShape shape() {
    List<Integer> latents = tensors.get(TransformerIo.LATENTS).shape();
    List<ContextShape> context = new ArrayList<>();
    for (int i = 0; i < CONTEXT.size(); i++) {
      context.add(
          ContextShape.frames(tensors.get(CONTEXT.get(i)).shape().get(2), PATCH.times(SCALE[i])));
    }
    return new PackedShape(latents.get(0), latents.get(2), latents.get(3), latents.get(4), context);
  }

  /** All text tokens, the padded ones too. */
  ConditionShape condition() {
    return new ConditionShape(
        tensors.get(TransformerIo.IMAGE_EMBEDS).shape().get(1),
        tensors.get(TransformerIo.TEXT).shape().get(1));
  }

  /** Real text tokens of the first sample. */
  int realTextTokens() {
    float real = 0;
    for (int i = 0; i < condition().textTokens(); i++) {
      real += floats(TransformerIo.TEXT_MASK)[i];
    }
    return (int) real;
  }

  Graph forward(PackedTransformer model) {
    return model.forward(shape(), condition(), realTextTokens());
  }

  float[] floats(String name) {
    return tensors.get(name).floats();
  }

  /** One sample's share of an argument. */
  float[] sample(String name, int sample) {
    float[] all = floats(name);
    int size = all.length / shape().batch();
    return Arrays.copyOfRange(all, sample * size, (sample + 1) * size);
  }

  /** Tables and key mask, which graphs take beside the arguments. */
  Map<String, float[]> attentionInputs(PackedTransformer model) {
    RopeTables rope =
        model.ropeTables(
            shape(),
            new FrameIndices(
                indices("indices_latents"),
                CONTEXT.stream().map(name -> indices("indices_" + name)).toList()));
    Map<String, float[]> inputs = new HashMap<>();
    inputs.put(TransformerIo.ROPE_COS, rope.cos());
    inputs.put(TransformerIo.ROPE_SIN, rope.sin());
    if (shape().batch() > 1) {
      inputs.put(TransformerIo.KEY_MASK, keyMask(model));
    }
    return inputs;
  }

  /** The named arguments. */
  Map<String, float[]> arguments(String... names) {
    Map<String, float[]> arguments = new HashMap<>();
    for (String name : names) {
      arguments.put(name, floats(name));
    }
    return arguments;
  }

  /** Context frames under the graphs' names. */
  Map<String, float[]> context() {
    Map<String, float[]> context = new HashMap<>();
    for (int i = 0; i < CONTEXT.size(); i++) {
      context.put(TransformerIo.context(i), floats(CONTEXT.get(i)));
    }
    return context;
  }

  private int[] indices(String name) {
    return LongStream.of(tensors.get(name).longs()).mapToInt(Math::toIntExact).toArray();
  }

  /** 1 for packed tokens, image tokens and real text tokens, a row per sample. */
  private float[] keyMask(PackedTransformer model) {
    int open = shape().packedTokens(model.patch()) + condition().imageTokens();
    int text = condition().textTokens();
    float[] textMask = floats(TransformerIo.TEXT_MASK);
    float[] mask = new float[shape().batch() * (open + text)];
    for (int sample = 0; sample < shape().batch(); sample++) {
      int row = sample * (open + text);
      Arrays.fill(mask, row, row + open, 1f);
      System.arraycopy(textMask, sample * text, mask, row + open, text);
    }
    return mask;
  }
}
