package dev.framepack.bench.reproduce.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.bench.reproduce.Fixtures;
import dev.framepack.bench.reproduce.suite.Suite;
import dev.framepack.bench.reproduce.suite.Suites;
import dev.framepack.bench.reproduce.suite.Variant;
import dev.framepack.engine.SamplerKind;
import dev.framepack.engine.Sampling;
import dev.framepack.engine.VideoRequest;
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
