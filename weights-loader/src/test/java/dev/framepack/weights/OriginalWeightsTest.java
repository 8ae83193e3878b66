package dev.framepack.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files under original names seen under canonical ones. */
class OriginalWeightsTest {
  private static final List<ExpectedTensor> MODEL =
      List.of(
          ExpectedTensor.of("single_transformer_blocks.0.attn.to_q.weight", 2, 2),
          ExpectedTensor.of("single_transformer_blocks.0.attn.to_k.weight", 2, 2),
          ExpectedTensor.of("single_transformer_blocks.0.attn.to_v.weight", 2, 2),
          ExpectedTensor.of("single_transformer_blocks.0.proj_mlp.weight", 4, 2),
          ExpectedTensor.of("single_transformer_blocks.0.proj_mlp.bias", 4),
          ExpectedTensor.of("norm_out.linear.bias", 4),
          ExpectedTensor.of("clean_x_embedder.proj.bias", 1));

  @TempDir Path folder;

  private static WeightTensor counting(String name, long... shape) {
    float[] values = new float[(int) TensorInfo.elements(shape)];
    IntStream.range(0, values.length).forEach(i -> values[i] = i);
    return WeightTensor.ofFloats(name, shape, values);
  }

  private WeightFile write(WeightTensor... tensors) throws IOException {
    Path file = folder.resolve("model.safetensors");
    SafetensorsWriter.write(file, List.of(tensors), Map.of());
    return WeightFile.open(file);
  }

  @Test
  void rowsOfWhatIsKeptTogetherAreTensors() throws IOException {
    try (WeightFile file =
        write(
            counting("single_blocks.0.linear1.weight", 10, 2),
            counting("final_layer.adaLN_modulation.1.bias", 4),
            counting("clean_x_embedder.proj.bias", 1))) {
      TensorSource source = OriginalWeights.over(file, MODEL);
      assertThat(source.names())
          .containsExactlyInAnyOrder(
              "single_transformer_blocks.0.attn.to_q.weight",
              "single_transformer_blocks.0.attn.to_k.weight",
              "single_transformer_blocks.0.attn.to_v.weight",
              "single_transformer_blocks.0.proj_mlp.weight",
              "norm_out.linear.bias",
              "clean_x_embedder.proj.bias");
      assertThat(source.info("single_transformer_blocks.0.attn.to_v.weight").shape())
          .containsExactly(2, 2);
      assertThat(source.tensor("single_transformer_blocks.0.attn.to_v.weight").toFloats())
          .containsExactly(8, 9, 10, 11);
      assertThat(source.tensor("single_transformer_blocks.0.proj_mlp.weight").toFloats())
          .containsExactly(12, 13, 14, 15, 16, 17, 18, 19);
      assertThat(source.tensor("norm_out.linear.bias").toFloats()).containsExactly(2, 3, 0, 1);
      assertThat(source.tensor("clean_x_embedder.proj.bias").toFloats()).containsExactly(0);
      Refusal.of(() -> source.tensor("nothing"), "MODEL_TENSOR_MISSING", "'nothing'");
    }
  }

  @Test
  void aShapeThatDoesNotFitIsToldAsItIsStored() throws IOException {
    try (WeightFile file = write(counting("single_blocks.0.linear1.weight", 9, 2))) {
      TensorSource source = OriginalWeights.over(file, MODEL);
      assertThat(source.info("single_transformer_blocks.0.proj_mlp.weight").shape())
          .containsExactly(9, 2);
    }
  }

  @Test
  void canonicalFilesAreLeftAlone() throws IOException {
    try (WeightFile file = write(counting("norm_out.linear.bias", 4))) {
      assertThat(OriginalWeights.over(file, MODEL)).isSameAs(file);
    }
  }
}
