package dev.framepack.bench.reproduce.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.bench.reproduce.Fixtures;
import dev.framepack.bench.reproduce.suite.Scene;
import dev.framepack.bench.reproduce.suite.Suite;
import dev.framepack.engine.Profile;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.sampler.cache.StepCache;
import dev.framepack.engine.timeline.SectionImage;
import dev.framepack.engine.timeline.SectionImages;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key is the same for the same video and another one for any other. */
class ReproduceKeyTest {
  private static final Rgb8Image IMAGE = Rgb8Image.of(1, 2, new byte[] {1, 2, 3, 4, 5, 6});

  private static final SceneInput SCENE =
      new SceneInput("scene", IMAGE, "a prompt", Optional.empty());

  @TempDir Path folder;

  private static VideoRequest.Builder request() {
    return VideoRequest.builder().image(IMAGE).prompt("a prompt").seconds(1.2).steps(8);
  }

  private static String key(VideoRequest request) {
    return Fixtures.IDENTITY.keyOf(Canonical.of(request), SCENE);
  }

  @Test
  void theHashIsThatOfSortedJson() {
    // printf '{"a":[1,2],"b":"text"}' | sha256sum
    assertThat(Canonical.sha256(Map.of("b", "text", "a", List.of(1, 2))))
        .isEqualTo("109ed7bebd891cc94d5a4818bc86513077b6f69a3a107c073f22724fba2f4a88");
  }

  @Test
  void equalRequestsHaveEqualKeys() {
    assertThat(key(request().build())).hasSize(64).isEqualTo(key(request().build()));
  }

  @Test
  void everyChangeOfTheRequestChangesTheKey() {
    Rgb8Image turned = Rgb8Image.of(2, 1, IMAGE.rgb());
    List<VideoRequest> others =
        List.of(
            request().build(),
            request().seed(1).build(),
            request().steps(9).build(),
            request().prompt("another").build(),
            request().image(turned).build(),
            request().lastImage(IMAGE).build(),
            request().negativePrompt("none").build(),
            request().teaCache(0.15).build(),
            request().stepCache(StepCache.parse("fbcache:0.15")).build(),
            request().seconds(5).prompts("0:a prompt;;;1-3:another", 0).build(),
            request().seconds(5).prompts("0:a prompt;;;1-3:another", 2).build(),
            request().prompt("0:a prompt;;;1-3:another").build(),
            request()
                .seconds(5)
                .sectionImages(new SectionImages(List.of(SectionImage.of(1, turned))))
                .build(),
            request().shift(0.15).build(),
            request().size(64, 64).build(),
            request().vaeTiling(true).build(),
            request().latentWindow(4).build(),
            VideoRequest.builder()
                .image(IMAGE)
                .prompt("a prompt")
                .seed(31337)
                .profile(Profile.DIFFUSERS)
                .build());
    assertThat(others.stream().map(ReproduceKeyTest::key).distinct()).hasSameSizeAs(others);
  }

  @Test
  void whatElseDecidesAResultIsInTheKey() {
    Map<String, Object> canonical = Canonical.of(request().build());
    RunIdentity one = Fixtures.IDENTITY;
    List<RunIdentity> others =
        List.of(
            one,
            new RunIdentity(Map.of("vae/a", "9"), "classes", "1.0", "cpu", "auto", "m1"),
            new RunIdentity(one.modelSha256(), "5a1e", "1.0", "cpu", "auto", "m1"),
            new RunIdentity(one.modelSha256(), "classes", "1.1", "cpu", "auto", "m1"),
            new RunIdentity(one.modelSha256(), "classes", "1.0", "cuda", "auto", "m1"),
            new RunIdentity(one.modelSha256(), "classes", "1.0", "cpu", "bfloat16", "m1"),
            new RunIdentity(one.modelSha256(), "classes", "1.0", "cpu", "auto", "m2"));
    assertThat(others.stream().map(identity -> identity.keyOf(canonical, SCENE)).distinct())
        .hasSameSizeAs(others);
  }

  @Test
  void aKnownFutureIsInTheKey() {
    Map<String, Object> canonical = Canonical.of(request().build());
    SceneInput known = SceneInput.load(new Scene.Demo("built-in"));
    SceneInput other = SceneInput.load(new Scene.Demo("random:1"));
    assertThat(
            List.of(SCENE, known, other).stream()
                .map(scene -> Fixtures.IDENTITY.keyOf(canonical, scene))
                .distinct())
        .hasSize(3);
  }

  @Test
  void aValueWithoutACanonicalFormIsAFaultOfTheProgram() {
    record Odd(Object anything) {}
    assertThatThrownBy(() -> Canonical.of(new Odd(new Object())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("anything: no canonical form");
  }

  @Test
  void variantsOfASceneStandTogetherAndFullStepsAreOtherCells() throws Exception {
    Suite suite = Fixtures.suite(folder);
    List<PlannedCell> quick =
        CellPlan.of(suite, Fixtures.scenes(suite), false, Fixtures.IDENTITY, Codebooks.NONE);
    assertThat(quick.stream().map(planned -> planned.cell().toString()).limit(4))
        .containsExactly(
            "one, built-in, seed 1",
            "two, built-in, seed 1",
            "three, built-in, seed 1",
            "one, random:7, seed 1");
    assertThat(quick).hasSize(12).extracting(PlannedCell::key).doesNotHaveDuplicates();
    assertThat(steps(quick.getFirst())).isEqualTo(2);
    PlannedCell full =
        CellPlan.of(suite, Fixtures.scenes(suite), true, Fixtures.IDENTITY, Codebooks.NONE)
            .getFirst();
    assertThat(steps(full)).isEqualTo(5);
    assertThat(full.key()).isNotEqualTo(quick.getFirst().key());
  }

  private static int steps(PlannedCell planned) {
    return ((VideoSource.Generated) planned.source().orElseThrow()).request().steps();
  }
}
