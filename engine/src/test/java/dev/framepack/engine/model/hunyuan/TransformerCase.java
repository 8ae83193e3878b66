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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** One golden case of the transformer: its arguments under the graphs' names, and its sizes. */
record TransformerCase(Map<String, GoldenTensors.Tensor> tensors) {
  private static final Path FOLDER = GoldenData.path("transformer");

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
    return new PackedShape(
        latents.get(0),
        latents.get(2),
        latents.get(3),
        latents.get(4),
        tensors.get(TransformerIo.CLEAN).shape().get(2),
        tensors.get(TransformerIo.HISTORY_2X).shape().get(2),
        tensors.get(TransformerIo.HISTORY_4X).shape().get(2));
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
                indices("indices_latents_clean"),
                indices("indices_latents_history_2x"),
                indices("indices_latents_history_4x")));
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
