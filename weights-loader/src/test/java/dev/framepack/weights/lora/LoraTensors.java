package dev.framepack.weights.lora;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.weights.ExpectedTensor;
import dev.framepack.weights.SafetensorsWriter;
import dev.framepack.weights.WeightTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Small LoRA files in every naming, of two targets of a small model. */
final class LoraTensors {
  static final int RANK = 2;
  static final int IN = 3;
  static final int OUT = 4;
  static final List<String> MODULES =
      List.of("transformer_blocks.0.attn.to_q", "transformer_blocks.1.ff.net.0.proj");
  static final List<ExpectedTensor> MODEL =
      List.of(
          ExpectedTensor.of("transformer_blocks.0.attn.to_q.weight", OUT, IN),
          ExpectedTensor.of("transformer_blocks.0.attn.to_q.bias", OUT),
          ExpectedTensor.of("transformer_blocks.1.ff.net.0.proj.weight", OUT, IN),
          ExpectedTensor.of("norm_out.linear.weight", 8, IN));

  static final String FIRST = "transformer.transformer_blocks.0.attn.to_q";

  private LoraTensors() {}

  static WeightTensor tensor(String name, long... shape) {
    float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    Arrays.fill(values, 0.5f);
    return WeightTensor.ofFloats(name, shape, values);
  }

  static WeightTensor alpha(String target, float value) {
    return WeightTensor.ofFloats(target + ".alpha", new long[] {}, value);
  }

  /** The name a module has in a file, without the suffix of the matrix. */
  static String target(LoraFormat format, String module) {
    return switch (format) {
      case DIFFUSERS -> "transformer." + module;
      case COMFYUI -> "diffusion_model." + module;
      case KOHYA -> "lora_unet_" + module.replace('.', '_');
      case HUNYUAN_VIDEO -> module;
    };
  }

  static String down(LoraFormat format) {
    return writesAAndB(format) ? ".lora_A.weight" : ".lora_down.weight";
  }

  static String up(LoraFormat format) {
    return writesAAndB(format) ? ".lora_B.weight" : ".lora_up.weight";
  }

  static boolean writesAAndB(LoraFormat format) {
    return format == LoraFormat.DIFFUSERS || format == LoraFormat.COMFYUI;
  }

  /** Two targets of down, up and alpha 8 each. */
  static List<WeightTensor> good(LoraFormat format) {
    List<WeightTensor> tensors = new ArrayList<>();
    for (String module : MODULES) {
      String target = target(format, module);
      tensors.add(tensor(target + down(format), RANK, IN));
      tensors.add(tensor(target + up(format), OUT, RANK));
      tensors.add(alpha(target, 8));
    }
    return tensors;
  }

  /** A good file of diffusers naming with the tensor of the same name exchanged. */
  static List<WeightTensor> goodBut(WeightTensor other) {
    List<WeightTensor> tensors = good(LoraFormat.DIFFUSERS);
    assertThat(tensors.removeIf(tensor -> tensor.name().equals(other.name()))).isTrue();
    tensors.add(other);
    return tensors;
  }

  static LoraFile open(Path folder, List<WeightTensor> tensors) throws IOException {
    return open(folder, tensors, Map.of());
  }

  static LoraFile open(Path folder, List<WeightTensor> tensors, Map<String, String> metadata)
      throws IOException {
    Path file = folder.resolve("lora.safetensors");
    SafetensorsWriter.write(file, tensors, metadata);
    return LoraFile.open(file);
  }
}
