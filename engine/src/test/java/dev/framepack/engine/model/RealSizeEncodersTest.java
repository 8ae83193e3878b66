package dev.framepack.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.binding.CheckpointWeights;
import dev.framepack.engine.binding.Parameter;
import dev.framepack.engine.graph.Fuser;
import dev.framepack.engine.graph.Graph;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.MemoryPlan;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.nn.HostConstants;
import dev.framepack.engine.model.nn.TokenInput;
import dev.framepack.engine.model.text.ClipTextEncoder;
import dev.framepack.engine.model.text.LlamaTextEncoder;
import dev.framepack.engine.model.vae.VaeTiling;
import dev.framepack.engine.model.vae.VideoVae;
import dev.framepack.engine.model.vision.SiglipVisionEncoder;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.weights.BindingReport;
import dev.framepack.weights.Component;
import dev.framepack.weights.ComponentWeights;
import dev.framepack.weights.OpenOptions;
import dev.framepack.weights.SafetensorsWriter;
import dev.framepack.weights.StorageType;
import dev.framepack.weights.TensorInfo;
import dev.framepack.weights.WeightException;
import dev.framepack.weights.config.ClipTextConfig;
import dev.framepack.weights.config.LlamaConfig;
import dev.framepack.weights.config.SiglipVisionConfig;
import dev.framepack.weights.config.VaeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The published models beside the transformer, of which only names and shapes are needed. */
final class RealSizeEncodersTest {
  private static final Path LISTS = Path.of("../weights-loader/src/test/resources/tensors");

  private final VideoVae vae = new VideoVae(VaeConfig.published());
  private final LlamaTextEncoder llama = new LlamaTextEncoder(LlamaConfig.published());
  private final ClipTextEncoder clip = new ClipTextEncoder(ClipTextConfig.published());
  private final SiglipVisionEncoder siglip =
      new SiglipVisionEncoder(SiglipVisionConfig.published());

  static Stream<Arguments> models() {
    RealSizeEncodersTest test = new RealSizeEncodersTest();
    return Stream.of(
        Arguments.of(Component.VAE, test.vae.parameters(), List.of()),
        Arguments.of(
            Component.TEXT_ENCODER, test.llama.parameters(), test.llama.unusedParameters()),
        Arguments.of(Component.TEXT_ENCODER_2, test.clip.parameters(), List.of()),
        Arguments.of(
            Component.IMAGE_ENCODER, test.siglip.parameters(), test.siglip.unusedParameters()));
  }

  @ParameterizedTest
  @MethodSource("models")
  void declareEveryTensorOfTheCheckpointAndNoOther(
      Component component, List<Parameter> parameters, List<Parameter> unused) throws IOException {
    List<Parameter> declared = new ArrayList<>(parameters);
    declared.addAll(unused);
    List<Parameter> listed =
        published(component).stream()
            .map(tensor -> new Parameter(tensor.name(), Shape.of(tensor.shape())))
            .toList();
    assertThat(declared).containsExactlyInAnyOrderElementsOf(listed);
  }

  @ParameterizedTest
  @MethodSource("models")
  void bindByHeadersWithOrWithoutWhatIsNotUsed(
      Component component, List<Parameter> parameters, List<Parameter> unused, @TempDir Path folder)
      throws IOException {
    List<String> unusedNames = unused.stream().map(Parameter::name).toList();
    List<TensorInfo> all = published(component);
    List<TensorInfo> used =
        all.stream().filter(tensor -> !unusedNames.contains(tensor.name())).toList();
    for (List<TensorInfo> tensors : List.of(all, used)) {
      BindingReport report = check(component, folder, tensors, parameters, unused);
      assertThat(report.faults()).isEmpty();
    }
    List<TensorInfo> missing = used.subList(1, used.size());
    assertThat(check(component, folder, missing, parameters, unused).missing())
        .containsExactly(used.getFirst().name());
  }

  @Test
  void aModelWhoseLayersAreMissingIsRefused(@TempDir Path folder) throws IOException {
    List<TensorInfo> tensors =
        published(Component.TEXT_ENCODER).stream()
            .filter(tensor -> !tensor.name().startsWith("layers.29."))
            .toList();
    Path file = folder.resolve("model.safetensors");
    SafetensorsWriter.writeHeaderOnly(file, tensors, Map.of());
    try (ComponentWeights weights =
        ComponentWeights.open(Component.TEXT_ENCODER, file, OpenOptions.HEADER_ONLY)) {
      assertThatThrownBy(() ->
              CheckpointWeights.require(
                  weights,
                  CheckpointWeights.withPresent(
                      weights, llama.parameters(), llama.unusedParameters())))
          .isInstanceOf(WeightException.class)
          .hasMessageContaining("layers.29.");
    }
  }

  @Test
  void aSectionDecodesInTheMemoryOfOneWindow(TestReporter report) {
    long one = decodeBytes(5, VaeTiling.windowsOnly());
    long section = decodeBytes(19, VaeTiling.windowsOnly());
    long tiled = decodeBytes(19, VaeTiling.windowsAndTiles());
    report.publishEntry("one window MiB", Long.toString(one >> 20));
    report.publishEntry("19 latents MiB", Long.toString(section >> 20));
    report.publishEntry("19 latents in tiles MiB", Long.toString(tiled >> 20));
    long pixels = 3L * 73 * 640 * 608 * Float.BYTES;
    assertThat(section).isLessThan(one + 3 * pixels);
    assertThat(tiled).isLessThan(section / 2);
  }

  @Test
  void encodingKeepsTheShapesOfThePublishedModels() {
    GraphBuilder g = new GraphBuilder("vae");
    HostConstants constants = new HostConstants();
    Value moments =
        vae.encode(g, constants, VaeTiling.windowsAndTiles(), g.input("x", 1, 3, 29, 640, 608));
    assertThat(moments.shape()).isEqualTo(Shape.of(1, 32, 8, 80, 76));

    g = new GraphBuilder("text_encoder");
    Value hidden = llama.record(g, new HostConstants(), TokenInput.declare(g, "ids", 1, 351));
    assertThat(hidden.shape()).isEqualTo(Shape.of(1, 351, 4096));

    g = new GraphBuilder("text_encoder_2");
    Value pooled =
        clip.record(
            g, TokenInput.declare(g, "ids", 1, 77), TokenInput.declare(g, "pooled_position", 1));
    assertThat(pooled.shape()).isEqualTo(Shape.of(1, 768));

    g = new GraphBuilder("image_encoder");
    Value image = siglip.record(g, g.input("pixels", 1, 3, 384, 384));
    assertThat(image.shape()).isEqualTo(Shape.of(1, 729, 1152));
  }

  @Test
  void thePooledPositionIsTheFirstEndTokenOrForOldFilesTheFirstHighestId() {
    assertThat(clip.pooledPosition(49406, 320, 49407, 49407)).isEqualTo(2);
    ClipTextConfig old = ClipTextConfig.published();
    ClipTextEncoder named =
        new ClipTextEncoder(
            new ClipTextConfig(
                old.vocabSize(),
                old.hiddenSize(),
                old.intermediateSize(),
                old.numHiddenLayers(),
                old.numAttentionHeads(),
                old.maxPositionEmbeddings(),
                old.layerNormEps(),
                old.hiddenAct(),
                320));
    assertThat(named.pooledPosition(49406, 320, 49407, 320)).isEqualTo(1);
    assertThat(named.pooledPosition(7, 8, 9)).isZero();
  }

  private long decodeBytes(int latentFrames, VaeTiling tiling) {
    GraphBuilder g = new GraphBuilder("vae.decode");
    Value pixels =
        vae.decode(g, new HostConstants(), tiling, g.input("latents", 1, 16, latentFrames, 80, 76));
    assertThat(pixels.shape()).isEqualTo(Shape.of(1, 3, 4L * latentFrames - 3, 640, 608));
    g.output("pixels", pixels);
    Graph graph = Fuser.fuse(g.build());
    return MemoryPlan.of(graph).arenaBytes();
  }

  private static BindingReport check(
      Component component,
      Path folder,
      List<TensorInfo> tensors,
      List<Parameter> parameters,
      List<Parameter> unused)
      throws IOException {
    Path file = folder.resolve("model.safetensors");
    Files.deleteIfExists(file);
    SafetensorsWriter.writeHeaderOnly(file, tensors, Map.of());
    try (ComponentWeights weights =
        ComponentWeights.open(component, file, OpenOptions.HEADER_ONLY)) {
      return CheckpointWeights.check(
          weights, CheckpointWeights.withPresent(weights, parameters, unused));
    }
  }

  private static List<TensorInfo> published(Component component) throws IOException {
    Path list = LISTS.resolve(component.part().folderName() + ".tsv");
    return Files.readAllLines(list).stream()
        .filter(line -> !line.isBlank())
        .map(line -> line.split("\t", -1))
        .map(row -> new TensorInfo(row[0], StorageType.F16, dims(row[1])))
        .toList();
  }

  private static long[] dims(String text) {
    return Stream.of(text.split("x", -1)).mapToLong(Long::parseLong).toArray();
  }
}
