package dev.framepack.engine.binding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.GoldenData;
import dev.framepack.engine.Lora;
import dev.framepack.engine.model.hunyuan.PackedTransformer;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.WeightStream;
import dev.framepack.kernels.cpu.vector.VectorBackend;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.weights.Component;
import dev.framepack.weights.ComponentWeights;
import dev.framepack.weights.OpenOptions;
import dev.framepack.weights.SafetensorsWriter;
import dev.framepack.weights.WeightFile;
import dev.framepack.weights.WeightTensor;
import dev.framepack.weights.config.TransformerConfig;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Weights loaded with LoRAs against a checkpoint that plain loops merged on disk, bit by bit. */
final class LoraMergeTest {
  private static final Path MODEL = GoldenData.path("pipeline/checkpoint/transformer");
  private static final int RANK = 3;
  private static final PackedTransformer TRANSFORMER =
      new PackedTransformer(TransformerConfig.read(MODEL));

  @TempDir Path folder;

  /** One module of a LoRA file and the weights its rows belong to, one after the other. */
  private record Target(String module, String... weights) {}

  private static final List<Target> CANONICAL =
      List.of(
          new Target("transformer_blocks.0.attn.to_q", "transformer_blocks.0.attn.to_q"),
          new Target("transformer_blocks.0.attn.to_out.0", "transformer_blocks.0.attn.to_out.0"),
          new Target("transformer_blocks.0.ff.net.0.proj", "transformer_blocks.0.ff.net.0.proj"),
          new Target(
              "single_transformer_blocks.1.proj_out", "single_transformer_blocks.1.proj_out"),
          new Target(
              "single_transformer_blocks.0.proj_mlp", "single_transformer_blocks.0.proj_mlp"),
          new Target("norm_out.linear", "norm_out.linear"),
          new Target("proj_out", "proj_out"));

  private static final String REFINER = "context_embedder.token_refiner.refiner_blocks.0.";

  private static final List<Target> ORIGINAL =
      List.of(
          new Target(
              "double_blocks.0.img_attn_qkv",
              "transformer_blocks.0.attn.to_q",
              "transformer_blocks.0.attn.to_k",
              "transformer_blocks.0.attn.to_v"),
          new Target(
              "double_blocks.0.txt_attn_qkv",
              "transformer_blocks.0.attn.add_q_proj",
              "transformer_blocks.0.attn.add_k_proj",
              "transformer_blocks.0.attn.add_v_proj"),
          new Target("double_blocks.0.txt_attn_proj", "transformer_blocks.0.attn.to_add_out"),
          new Target("double_blocks.0.img_mlp.fc2", "transformer_blocks.0.ff.net.2"),
          new Target("double_blocks.0.txt_mod.linear", "transformer_blocks.0.norm1_context.linear"),
          new Target(
              "single_blocks.1.linear1",
              "single_transformer_blocks.1.attn.to_q",
              "single_transformer_blocks.1.attn.to_k",
              "single_transformer_blocks.1.attn.to_v",
              "single_transformer_blocks.1.proj_mlp"),
          new Target("single_blocks.0.linear2", "single_transformer_blocks.0.proj_out"),
          new Target(
              "txt_in.individual_token_refiner.blocks.0.self_attn_qkv",
              REFINER + "attn.to_q",
              REFINER + "attn.to_k",
              REFINER + "attn.to_v"),
          new Target("vector_in.in_layer", "time_text_embed.text_embedder.linear_1"),
          new Target("final_layer.linear", "proj_out"));

  /** A checkpoint in memory that changes as the definition says. */
  private static final class Checkpoint {
    final Map<String, WeightTensor> tensors = new LinkedHashMap<>();

    Checkpoint() {
      try (WeightFile file =
          WeightFile.open(MODEL.resolve("diffusion_pytorch_model.safetensors"))) {
        for (String name : file.names()) {
          tensors.put(
              name,
              WeightTensor.ofFloats(name, file.info(name).shape(), file.tensor(name).toFloats()));
        }
      }
    }

    long[] shape(String weight) {
      return tensors.get(weight + ".weight").shape();
    }

    void set(String weight, float[] values) {
      String name = weight + ".weight";
      tensors.put(name, WeightTensor.ofFloats(name, shape(weight), values));
    }

    float[] values(String weight) {
      return tensors.get(weight + ".weight").toFloats();
    }
  }

  /**
   * Multiples of 1/32 up to 1: sums of their products are exact in float64 in whatever order, so
   * that the one rounding to float32 is all there is.
   */
  private static float[] randomValues(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (random.nextInt(65) - 32) / 32f;
    }
    return values;
  }

  /** Writes a LoRA file; its products of up and down times {@code factor} go to {@code change}. */
  private Path write(
      String name,
      List<Target> targets,
      String form,
      Checkpoint model,
      double factor,
      Map<String, double[]> change)
      throws IOException {
    Random random = new Random(name.hashCode());
    boolean underscores = form.startsWith("lora_unet_");
    String prefix = form.substring(0, form.indexOf('|'));
    String[] suffixes = form.substring(form.indexOf('|') + 1).split(",");
    List<WeightTensor> tensors = new ArrayList<>();
    for (Target target : targets) {
      int in = (int) model.shape(target.weights()[0])[1];
      int out = 0;
      for (String weight : target.weights()) {
        out += (int) model.shape(weight)[0];
      }
      float[] down = randomValues(random, RANK * in); // [rank, in]
      float[] up = randomValues(random, out * RANK); // [out, rank]
      String key = prefix + (underscores ? target.module().replace('.', '_') : target.module());
      tensors.add(WeightTensor.ofFloats(key + suffixes[0], new long[] {RANK, in}, down));
      tensors.add(WeightTensor.ofFloats(key + suffixes[1], new long[] {out, RANK}, up));
      tensors.add(WeightTensor.ofFloats(key + ".alpha", new long[] {}, 2 * RANK));
      int row = 0;
      for (String weight : target.weights()) {
        int rows = (int) model.shape(weight)[0];
        double[] sum = change.computeIfAbsent(weight, w -> new double[rows * in]);
        for (int i = 0; i < rows; i++, row++) {
          for (int j = 0; j < in; j++) {
            for (int r = 0; r < RANK; r++) {
              sum[i * in + j] += factor * 2 * up[row * RANK + r] * down[r * in + j];
            }
          }
        }
      }
    }
    Path file = folder.resolve(name + ".safetensors");
    SafetensorsWriter.write(file, tensors, Map.of());
    return file;
  }

  private Path merged(Checkpoint model, Map<String, double[]> change) throws IOException {
    change.forEach((weight, sum) -> {
      float[] values = model.values(weight);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (values[i] + sum[i]);
      }
      model.set(weight, values);
    });
    Path file = folder.resolve("merged.safetensors");
    SafetensorsWriter.write(file, List.copyOf(model.tensors.values()), Map.of());
    return file;
  }

  /** The bytes of every weight as loaded. */
  private static Map<String, byte[]> load(Path checkpoint, DType dtype, List<Lora> loras) {
    List<Parameter> parameters = TRANSFORMER.parameters();
    try (Backend backend = new VectorBackend(1);
        LoraMerge merge = LoraMerge.open(loras, parameters);
        ComponentWeights files =
            ComponentWeights.open(Component.TRANSFORMER, checkpoint, OpenOptions.MAPPED);
        WeightStore store =
            CheckpointWeights.load(
                files, parameters, List.of(), TRANSFORMER.weightTypes(dtype), merge, backend)) {
      return bytes(backend, store);
    }
  }

  private static Map<String, byte[]> bytes(Backend backend, WeightStore store) {
    Map<String, byte[]> bytes = new TreeMap<>();
    try (Arena arena = Arena.ofConfined()) {
      for (Parameter parameter : TRANSFORMER.parameters()) {
        Tensor tensor = store.tensor(parameter.name(), parameter.shape());
        MemorySegment content = arena.allocate(tensor.byteSize(), 64);
        backend.download(tensor, content);
        bytes.put(parameter.name(), content.toArray(ValueLayout.JAVA_BYTE));
      }
    }
    return bytes;
  }

  private static void assertSame(Map<String, byte[]> found, Map<String, byte[]> expected) {
    assertThat(found).hasSameSizeAs(expected);
    expected.forEach((name, bytes) -> assertThat(found.get(name)).as(name).isEqualTo(bytes));
  }

  private static long changed(Map<String, byte[]> found, Map<String, byte[]> base) {
    return base.keySet().stream()
        .filter(name -> !Arrays.equals(found.get(name), base.get(name)))
        .count();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "transformer.|.lora_A.weight,.lora_B.weight; false",
        "diffusion_model.|.lora_A.weight,.lora_B.weight; false",
        "lora_unet_|.lora_down.weight,.lora_up.weight; false",
        "|.lora_down.weight,.lora_up.weight; false",
        "transformer.|.lora_A.weight,.lora_B.weight; true",
        "diffusion_model.|.lora_A.weight,.lora_B.weight; true",
        "lora_unet_|.lora_down.weight,.lora_up.weight; true",
        "|.lora_down.weight,.lora_up.weight; true"
      })
  void everyNamingMergesAsPlainLoopsDo(String form, boolean original) throws IOException {
    Checkpoint model = new Checkpoint();
    Map<String, double[]> change = new LinkedHashMap<>();
    Path lora = write("one", original ? ORIGINAL : CANONICAL, form, model, 0.75, change);
    Path merged = merged(model, change);
    Map<String, byte[]> found = load(MODEL, DType.F32, List.of(new Lora(lora, 0.75)));
    assertSame(found, load(merged, DType.F32, List.of()));
    assertThat(changed(found, load(MODEL, DType.F32, List.of()))).isEqualTo(change.size());
  }

  @Test
  void theLastModulationOfTheOriginalHasShiftBeforeScale() throws IOException {
    Checkpoint model = new Checkpoint();
    Map<String, double[]> change = new LinkedHashMap<>();
    Path lora =
        write(
            "last",
            List.of(new Target("final_layer.adaLN_modulation.1", "norm_out.linear")),
            "|.lora_down.weight,.lora_up.weight",
            model,
            1,
            change);
    double[] stored = change.get("norm_out.linear");
    double[] swapped = new double[stored.length];
    int half = stored.length / 2;
    System.arraycopy(stored, half, swapped, 0, half);
    System.arraycopy(stored, 0, swapped, half, half);
    change.put("norm_out.linear", swapped);
    assertSame(
        load(MODEL, DType.F32, List.of(new Lora(lora, 1))),
        load(merged(model, change), DType.F32, List.of()));
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "BF16", "F16"})
  void severalAreSummedBeforeTheWeightIsRounded(DType dtype) throws IOException {
    Checkpoint model = new Checkpoint();
    Map<String, double[]> change = new LinkedHashMap<>();
    Path one =
        write("one", CANONICAL, "transformer.|.lora_A.weight,.lora_B.weight", model, 0.5, change);
    Path two = write("two", ORIGINAL, "|.lora_down.weight,.lora_up.weight", model, -1.25, change);
    List<Lora> loras = List.of(new Lora(one, 0.5), new Lora(two, -1.25));
    Map<String, byte[]> found = load(MODEL, dtype, loras);
    assertSame(found, load(merged(model, change), dtype, List.of()));
    assertSame(load(MODEL, dtype, loras.reversed()), found);
  }

  @Test
  void aStrengthOfZeroChangesNothing() throws IOException {
    Path lora =
        write(
            "zero",
            ORIGINAL,
            "|.lora_down.weight,.lora_up.weight",
            new Checkpoint(),
            0,
            new LinkedHashMap<>());
    assertSame(
        load(MODEL, DType.BF16, List.of(new Lora(lora, 0))), load(MODEL, DType.BF16, List.of()));
  }

  @Test
  void streamedWeightsAreMergedToo() throws IOException {
    Path lora =
        write(
            "streamed",
            ORIGINAL,
            "|.lora_down.weight,.lora_up.weight",
            new Checkpoint(),
            1,
            new LinkedHashMap<>());
    List<Lora> loras = List.of(new Lora(lora, 1));
    WeightTypes types = TRANSFORMER.weightTypes(DType.BF16);
    List<WeightGroup> groups = TRANSFORMER.weightGroups();
    List<Long> sizes = groups.stream().map(group -> group.byteSize(types)).toList();
    try (Backend backend = new VectorBackend(1);
        LoraMerge merge = LoraMerge.open(loras, TRANSFORMER.parameters());
        ComponentWeights files =
            ComponentWeights.open(Component.TRANSFORMER, MODEL, OpenOptions.MAPPED);
        WeightStream stream =
            backend.weightStream(
                "ring", sizes, 2 * sizes.stream().max(Long::compare).orElseThrow());
        WeightStore store =
            CheckpointWeights.load(
                files,
                TRANSFORMER.parameters(),
                List.of(),
                types,
                new StreamedWeightStore.Streamed(stream, 0, groups),
                merge,
                backend)) {
      assertSame(bytes(backend, store), load(MODEL, DType.BF16, loras));
    }
  }
}
