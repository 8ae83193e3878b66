package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.GoldenTensors;
import dev.framepack.engine.graph.Graph;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.cpu.vector.VectorBackend;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** One golden case of the transformer: its arguments under the graphs' names, and its sizes. */
record TransformerCase(Map<String, GoldenTensors.Tensor> tensors) {
  private static final int THREADS = 2;

  static TransformerCase read(String folder) {
    return new TransformerCase(GoldenTensors.read(folder));
  }

  static Backend backend(String name) {
    return switch (name) {
      case "cpu-reference" -> new ReferenceBackend(THREADS);
      case "cpu-vector" -> new VectorBackend(THREADS);
      default -> throw new IllegalArgumentException(name);
    };
  }

  static double relativeL2(float[] found, float[] expected) {
    if (found.length != expected.length) {
      throw new IllegalArgumentException(found.length + " values, expected " + expected.length);
    }
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      double d = (double) found[i] - expected[i];
      difference += d * d;
      norm += (double) expected[i] * expected[i];
    }
    return Math.sqrt(difference / norm);
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
    int real = 0;
    for (int i = 0; i < condition().textTokens(); i++) {
      real += (int) floats(TransformerIo.TEXT_MASK)[i];
    }
    return real;
  }

  Graph forward(PackedTransformer model) {
    return model.forward(shape(), condition(), realTextTokens());
  }

  float[] floats(String name) {
    return tensors.get(name).floats();
  }

  RopeTables ropeTables(PackedTransformer model) {
    return model.ropeTables(
        shape(),
        new FrameIndices(
            indices("indices_latents"),
            indices("indices_latents_clean"),
            indices("indices_latents_history_2x"),
            indices("indices_latents_history_4x")));
  }

  private int[] indices(String name) {
    return LongStream.of(tensors.get(name).longs()).mapToInt(Math::toIntExact).toArray();
  }

  /** 1 for packed tokens, image tokens and real text tokens, a row per sample. */
  float[] keyMask(PackedTransformer model) {
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

  /** All arguments of a forward evaluation. */
  Map<String, MemorySegment> inputs(PackedTransformer model, Arena arena) {
    Map<String, MemorySegment> inputs = new HashMap<>();
    tensors.forEach((name, tensor) -> {
      if (tensor.dtype().equals("F32")) {
        inputs.put(name, HostValues.segment(arena, tensor.floats()));
      }
    });
    RopeTables rope = ropeTables(model);
    inputs.put(TransformerIo.ROPE_COS, HostValues.segment(arena, rope.cos()));
    inputs.put(TransformerIo.ROPE_SIN, HostValues.segment(arena, rope.sin()));
    if (shape().batch() > 1) {
      inputs.put(TransformerIo.KEY_MASK, HostValues.segment(arena, keyMask(model)));
    }
    return inputs;
  }
}
