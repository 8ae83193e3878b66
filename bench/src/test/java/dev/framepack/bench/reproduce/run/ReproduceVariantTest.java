package dev.framepack.bench.reproduce.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.bench.metric.VideoFrames;
import dev.framepack.bench.reproduce.Fixtures;
import dev.framepack.bench.reproduce.suite.Reference;
import dev.framepack.bench.reproduce.suite.Scene;
import dev.framepack.bench.reproduce.suite.Setting;
import dev.framepack.bench.reproduce.suite.Settings;
import dev.framepack.bench.reproduce.suite.Suite;
import dev.framepack.bench.reproduce.suite.Suites;
import dev.framepack.bench.reproduce.suite.Variant;
import dev.framepack.engine.SamplerKind;
import dev.framepack.engine.Sampling;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.demo.DemoScene;
import dev.framepack.engine.history.HistoryCodebook;
import dev.framepack.engine.history.HistoryPolicy;
import dev.framepack.engine.packing.SectionOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Variants of suites as requests of the engine. */
final class ReproduceVariantTest {
  private static final SceneInput WORLD = SceneInput.load(new Scene.Demo("built-in"));
  private static final SceneInput PICTURE =
      new SceneInput("dancer", WORLD.image(), "she dances", Optional.empty());

  @TempDir Path folder;

  private Codebooks codebooks(Suite suite) throws IOException {
    Map<String, Path> files = new HashMap<>();
    for (var spec : suite.codebooks()) {
      Path file = folder.resolve(spec.name() + ".safetensors");
      new HistoryCodebook(2, 1, 2, 3, 4).write(file);
      files.put(spec.name(), file);
    }
    return new Codebooks(files);
  }

  /** The built-in tables ask for nothing the engine does not understand, and for no video twice. */
  @ParameterizedTest
  @ValueSource(strings = {"table1", "table2"})
  void everyRowOfABuiltInSuiteIsARequest(String name) throws IOException {
    Suite suite = Suites.find(name);
    List<SceneInput> scenes = List.of(SceneInput.load(suite.scenes().getFirst()));
    List<PlannedCell> cells =
        CellPlan.of(suite, scenes, false, Fixtures.IDENTITY, codebooks(suite));
    assertThat(cells)
        .hasSize(suite.variants().size())
        .allSatisfy(cell -> assertThat(cell.refusal()).as(cell.cell().toString()).isEmpty());
    assertThat(cells.stream().map(PlannedCell::key)).doesNotHaveDuplicates();
  }

  private static VideoRequest request(Map<Variant.Text, String> texts) {
    Variant variant =
        new Variant(
            "v",
            "v",
            "",
            "",
            texts,
            Suites.find("table2").variants().getFirst().settings(),
            Map.of());
    SceneInput scene = SceneInput.load(Suites.find("table2").scenes().getFirst());
    return VariantRequests.toBuilder(variant, scene, 1, false, Codebooks.NONE).build();
  }

  private static PlannedCell planned(Variant variant, SceneInput scene) {
    return CellPlan.plan(new Cell(variant, scene, 1), false, Fixtures.IDENTITY, Codebooks.NONE);
  }

  private static Variant variant(Map<Variant.Text, String> texts, Map<Setting, Object> settings) {
    return new Variant("v", "v", "", "", texts, new Settings(settings), Map.of());
  }

  @Test
  void aReferenceHasAsManyFramesAsTheOthersAndNothingElseOfARequest() {
    Map<Setting, Object> settings =
        Map.of(
            Setting.SECONDS, 4.8,
            Setting.STEPS, 8,
            Setting.SAMPLER, SamplerKind.ROLLING_DIFFUSION,
            Setting.WIDTH, 64,
            Setting.HEIGHT, 64);
    Variant truth = variant(Map.of(Variant.Text.REFERENCE, "truth"), settings);
    Variant still = variant(Map.of(Variant.Text.REFERENCE, "still"), settings);
    Variant made = variant(Map.of(Variant.Text.SAMPLING, "f1"), settings);
    PlannedCell given = planned(truth, WORLD);
    assertThat(given.source()).contains(new VideoSource.Given(Reference.TRUTH, 4 * 36 + 1));
    assertThat(given.canonical()).isEqualTo(Map.of("reference", "TRUTH", "frames", 145));
    assertThat(given.key())
        .isNotEqualTo(planned(still, WORLD).key())
        .isNotEqualTo(planned(made, WORLD).key());
    assertThat(planned(truth, PICTURE).refusal())
        .isEqualTo(
            "REFERENCE_SCENE: reference truth: expected a scene of the demo's world, found the"
                + " picture dancer; its future is not known; leave the variant out");
  }

  @Test
  void theFramesOfAReferenceAreTheScenesOwn() {
    DemoScene world = WORLD.world().orElseThrow();
    VideoFrames truth = new VideoSource.Given(Reference.TRUTH, 40).of(world);
    assertThat(truth.count()).isEqualTo(40);
    assertThat(truth.frame(17)).isEqualTo(world.frame(17));
    assertThat(new VideoSource.Given(Reference.STILL, 40).of(world).frame(17))
        .isEqualTo(world.startImage());
  }

  /** Or it would be made in full and fail when it is measured. */
  @Test
  void aSceneOfTheWorldAtAnotherSizeIsRefusedBeforeItIsMade() {
    Map<Variant.Text, String> f1 = Map.of(Variant.Text.SAMPLING, "f1");
    Variant wide = variant(f1, Map.of(Setting.SECONDS, 1.2, Setting.WIDTH, 96, Setting.HEIGHT, 64));
    assertThat(planned(wide, WORLD).source()).isEmpty();
    assertThat(planned(wide, WORLD).refusal())
        .isEqualTo(
            "SCENE_SIZE: scene built-in: expected a video of 64x64 pixels like its true future,"
                + " found 96x64; write width: 64 and height: 64");
    assertThat(planned(wide, PICTURE).source()).isPresent();
    Variant usual = variant(f1, Map.of(Setting.SECONDS, 1.2));
    assertThat(planned(usual, WORLD).refusal()).contains("found 608x640");
  }

  @Test
  void aPackingBringsItsOrderUnlessOneIsNamed() {
    VideoRequest vanilla = request(Map.of(Variant.Text.PACKING, "td_f16k4f2k2f1k1_g9"));
    assertThat(vanilla.sampling().order()).isEqualTo(SectionOrder.FORWARD);
    VideoRequest endpoint = request(Map.of(Variant.Text.PACKING, "td_f2k2f1k1_g9_x_f1k1"));
    assertThat(endpoint.sampling().order()).isEqualTo(SectionOrder.ENDPOINT);
    VideoRequest given =
        request(
            Map.of(
                Variant.Text.PACKING, "td_f2k2f1k1_g9_x_f1k1",
                Variant.Text.ORDER, "planned",
                Variant.Text.GAPS, "true",
                Variant.Text.KERNELS, "initialise"));
    assertThat(given.sampling().order()).isEqualTo(SectionOrder.PLANNED);
    assertThat(given.sampling().gaps()).hasToString("true");
    assertThat(given.sampling().initialiseKernels()).isTrue();
  }

  /** Rules without arguments must not look alike, and a codebook counts by its content. */
  @Test
  void everyHistoryHasItsOwnKey() throws IOException {
    Path one = folder.resolve("one.safetensors");
    Path copy = folder.resolve("copy.safetensors");
    Path other = folder.resolve("other.safetensors");
    new HistoryCodebook(2, 1, 2).write(one);
    new HistoryCodebook(2, 1, 2).write(copy);
    new HistoryCodebook(2, 1, 3).write(other);
    List<String> policies =
        List.of(
            "clean",
            "causal",
            "anchor",
            "repeat-i2v",
            "adaptive-noise",
            "noise:0.1",
            "augment:0.1",
            "renorm:0.1",
            "guidance:0.1",
            "guidance:0.1,0.2",
            "codebook:" + one,
            "codebook:" + other);
    assertThat(policies.stream().map(ReproduceVariantTest::key)).doesNotHaveDuplicates();
    assertThat(key("codebook:" + copy)).isEqualTo(key("codebook:" + one));
  }

  private static String key(String policy) {
    VideoRequest.Builder builder =
        VideoRequest.builder()
            .image(SceneInput.load(Suites.find("table2").scenes().getFirst()).image())
            .prompt("x")
            .sampling(Sampling.F1)
            .history(HistoryPolicy.parse(policy));
    return Canonical.sha256(Canonical.of(builder.build()));
  }

  @Test
  void samplersOfFramesAreRequested() {
    List<Variant> rows = Suites.find("table2").variants();
    assertThat(sampler(rows, "df-schedule")).contains(SamplerKind.DIFFUSION_FORCING);
    assertThat(sampler(rows, "rolling-diffusion")).contains(SamplerKind.ROLLING_DIFFUSION);
  }

  private static Optional<SamplerKind> sampler(List<Variant> rows, String name) {
    SceneInput scene = SceneInput.load(Suites.find("table2").scenes().getFirst());
    return rows.stream()
        .filter(row -> row.name().equals(name))
        .map(row ->
            VariantRequests.toBuilder(row, scene, 1, false, Codebooks.NONE).build().sampler())
        .findFirst();
  }
}
