package dev.framepack.bench.reproduce.length;

import dev.framepack.bench.RandomWeights;
import dev.framepack.engine.OutputException;
import dev.framepack.engine.binding.Parameter;
import dev.framepack.engine.demo.DemoModel;
import dev.framepack.engine.model.hunyuan.PackedTransformer;
import dev.framepack.weights.SafetensorsWriter;
import dev.framepack.weights.WeightTensor;
import dev.framepack.weights.config.TransformerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A checkpoint whose videos show nothing and take little: the demo's encoders, and a smaller
 * transformer of random weights. What a step costs does not depend on what the weights are.
 */
public final class TinyRandomModel implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int DOUBLE_BLOCKS = 1;
  private static final int SINGLE_BLOCKS = 1;
  private static final float DAMPING = 0.1f;

  private final DemoModel demo;

  private TinyRandomModel(DemoModel demo) {
    this.demo = demo;
  }

  /**
   * Writes the checkpoint to a private temporary folder.
   *
   * @throws OutputException {@code OUTPUT_IO} when that cannot be written
   */
  public static TinyRandomModel write() {
    DemoModel demo = DemoModel.unpack();
    try {
      shrink(demo.folder().resolve("transformer"));
      return new TinyRandomModel(demo);
    } catch (IOException e) {
      demo.close();
      throw new OutputException(
          "OUTPUT_IO",
          "the random checkpoint cannot be written: " + e.getMessage(),
          "check that the temporary folder has 15 MB left",
          e);
    } catch (RuntimeException | Error e) {
      demo.close();
      throw e;
    }
  }

  private static void shrink(Path transformer) throws IOException {
    Path config = transformer.resolve("config.json");
    ObjectNode json = (ObjectNode) JSON.readTree(Files.readString(config));
    json.put("num_layers", DOUBLE_BLOCKS);
    json.put("num_single_layers", SINGLE_BLOCKS);
    Files.writeString(config, JSON.writeValueAsString(json));
    List<WeightTensor> tensors = new ArrayList<>();
    for (Parameter parameter :
        new PackedTransformer(TransformerConfig.read(transformer)).parameters()) {
      tensors.add(random(parameter));
    }
    SafetensorsWriter.write(
        transformer.resolve("diffusion_pytorch_model.safetensors"), tensors, Map.of());
  }

  private static WeightTensor random(Parameter parameter) {
    int count = Math.toIntExact(parameter.shape().elementCount());
    float[] values = RandomWeights.normal(parameter.name().hashCode(), count);
    float deviation =
        DAMPING
            / (float)
                Math.sqrt(Math.max(1, parameter.shape().product(1, parameter.shape().rank())));
    for (int i = 0; i < count; i++) {
      values[i] *= deviation;
    }
    return WeightTensor.ofFloats(parameter.name(), parameter.shape().dims(), values);
  }

  /** A checkpoint folder in the layout of the published ones. */
  public Path folder() {
    return demo.folder();
  }

  @Override
  public void close() {
    demo.close();
  }
}
