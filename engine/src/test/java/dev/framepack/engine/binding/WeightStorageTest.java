package dev.framepack.engine.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.BackendKind;
import dev.framepack.engine.EngineConfig;
import dev.framepack.engine.FramePack;
import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.GenerationListener;
import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.Precision;
import dev.framepack.engine.TinyVideos;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.VideoResult;
import dev.framepack.engine.WeightStorage;
import dev.framepack.kernels.tensor.QuantFormat;
import dev.framepack.weights.ModelPart;
import dev.framepack.weights.SafetensorsWriter;
import dev.framepack.weights.StorageType;
import dev.framepack.weights.WeightTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Quantised weights compute what the same weights, expanded on disk by the loader's own decoders,
 * compute: the same bits, for an expansion in front of a product is no arithmetic of the product.
 */
final class WeightStorageTest {
  private static final String TIMESTEP = "time_text_embed.timestep_embedder.linear_1.weight";
  private static final VideoRequest REQUEST = TinyVideos.request().steps(2).seed(5).build();

  @TempDir Path folder;

  private static EngineConfig.Builder config() {
    return EngineConfig.builder().models(TinyVideos.CHECKPOINT).backend(BackendKind.CPU).threads(2);
  }

  private static float[] latents(EngineConfig.Builder config) {
    try (FramePackEngine engine = FramePack.open(config.build())) {
      return TinyVideos.latents(engine, REQUEST).getLast();
    }
  }

  private static EngineConfig.Builder from(Path transformer) {
    return config().part(ModelPart.TRANSFORMER, transformer);
  }

  @ParameterizedTest
  @CsvSource({"FP8_E4M3, FLOAT32", "Q8_0, FLOAT32", "Q4_0, FLOAT32", "FP8_E4M3, BFLOAT16"})
  void everyFormatComputesAsItsExpansion(WeightStorage storage, Precision precision)
      throws IOException {
    QuantisedCheckpoint checkpoint =
        new QuantisedCheckpoint().quantise(storage.format().orElseThrow());
    float[] expected = latents(from(checkpoint.writeExpanded(folder)).precision(precision));
    float[] found = latents(config().weightStorage(storage).precision(precision));
    assertThat(found).containsExactly(expected);
    assertThat(found).isNotEqualTo(latents(config().precision(precision)));
  }

  private static Object storage(VideoResult result) {
    return ((Map<?, ?>) result.metadata().get("precision")).get("transformer");
  }

  @Test
  void theResultTellsTheStorage() {
    try (FramePackEngine engine =
            FramePack.open(config().weightStorage(WeightStorage.Q4_0).build());
        FramePackEngine plain = FramePack.open(config().build());
        VideoResult result = engine.generate(REQUEST, GenerationListener.NONE)) {
      assertThat(storage(result)).isEqualTo("float32/q4_0");
      assertThat(engine.weightBytes()).isLessThan(plain.weightBytes());
    }
  }

  /** Some of the original names, with what they keep together. */
  private static Map<String, List<String>> original() {
    Map<String, List<String>> names = new LinkedHashMap<>();
    names.put(
        "double_blocks.0.img_attn_qkv.weight",
        List.of(
            "transformer_blocks.0.attn.to_q.weight",
            "transformer_blocks.0.attn.to_k.weight",
            "transformer_blocks.0.attn.to_v.weight"));
    names.put(
        "single_blocks.1.linear1.weight",
        List.of(
            "single_transformer_blocks.1.attn.to_q.weight",
            "single_transformer_blocks.1.attn.to_k.weight",
            "single_transformer_blocks.1.attn.to_v.weight",
            "single_transformer_blocks.1.proj_mlp.weight"));
    names.put(
        "single_blocks.1.linear1.bias",
        List.of(
            "single_transformer_blocks.1.attn.to_q.bias",
            "single_transformer_blocks.1.attn.to_k.bias",
            "single_transformer_blocks.1.attn.to_v.bias",
            "single_transformer_blocks.1.proj_mlp.bias"));
    names.put("time_in.mlp.0.weight", List.of(TIMESTEP));
    return names;
  }

  private static QuantisedCheckpoint mixed() {
    Random random = new Random(9);
    byte[] superblocks = new byte[32 * 144]; // [32, 256]
    random.nextBytes(superblocks);
    for (int block = 0; block < superblocks.length; block += 144) {
      for (int i = 1; i < 4; i += 2) { // the upper bytes of both scales: around 2^-9
        superblocks[block + i] = 0x18;
      }
    }
    return new QuantisedCheckpoint()
        .quantiseAll(QuantFormat.Q8_0)
        .replace(TIMESTEP, StorageType.Q4_K, superblocks);
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void aGgufFileStaysAsItIs(boolean originalNames) throws IOException {
    Path gguf =
        mixed().writeGguf(folder.resolve("model.gguf"), originalNames ? original() : Map.of());
    Path expanded = mixed().writeExpanded(Files.createDirectory(folder.resolve("expanded")));
    float[] expected = latents(from(expanded));
    assertThat(latents(from(gguf))).containsExactly(expected);
    assertThat(latents(from(gguf).weightStorage(WeightStorage.EXPANDED))).containsExactly(expected);
    try (FramePackEngine engine = FramePack.open(from(gguf).build());
        FramePackEngine wide =
            FramePack.open(from(gguf).weightStorage(WeightStorage.EXPANDED).build());
        VideoResult result = engine.generate(REQUEST, GenerationListener.NONE)) {
      assertThat(storage(result)).isEqualTo("float32/q4_k+q8_0");
      assertThat(engine.modelHashes()).containsKey("transformer/model.gguf");
      assertThat(engine.weightBytes()).isLessThan(wide.weightBytes());
    }
  }

  @Test
  void aLoraOnSuperblocksIsRefusedByName() throws IOException {
    Path gguf = mixed().writeGguf(folder.resolve("model.gguf"), Map.of());
    Path lora = folder.resolve("lora.safetensors");
    String key = "transformer." + TIMESTEP.replace(".weight", ".lora_");
    SafetensorsWriter.write(
        lora,
        List.of(
            WeightTensor.ofFloats(key + "A.weight", new long[] {1, 256}, new float[256]),
            WeightTensor.ofFloats(key + "B.weight", new long[] {32, 1}, new float[32])),
        Map.of());
    assertThatThrownBy(() -> FramePack.open(from(gguf).lora(lora, 1).build()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(TIMESTEP + ", which is kept as q4_k");
    try (FramePackEngine engine =
        FramePack.open(from(gguf).lora(lora, 1).weightStorage(WeightStorage.Q8_0).build())) {
      assertThat(engine.weightBytes()).isPositive();
    }
  }
}
