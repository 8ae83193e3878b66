package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.framepack.engine.image.Rgb8Image;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request may say, at both sides of every limit. */
final class RequestBoundaryTest {
  private static final Rgb8Image IMAGE = Rgb8Image.of(1, 1, new byte[3]);
  private static final String ACCEPTED = "";

  private interface Change {
    Object to(VideoRequest.Builder request);
  }

  private static Arguments row(String name, Change change, String fault) {
    return Arguments.of(name, change, fault);
  }

  static Stream<Arguments> numbers() {
    return Stream.of(
        row("steps -1", b -> b.steps(-1), "steps must be 1 to 100, found -1"),
        row("steps 0", b -> b.steps(0), "steps must be 1 to 100, found 0"),
        row("steps 1", b -> b.steps(1), ACCEPTED),
        row("steps 100", b -> b.steps(100), ACCEPTED),
        row("steps 101", b -> b.steps(101), "steps must be 1 to 100, found 101"),
        row("seconds NaN", b -> b.seconds(Double.NaN), "seconds must be 0.1 to 120, found NaN"),
        row("seconds 0", b -> b.seconds(0), "seconds must be 0.1 to 120, found 0"),
        row("seconds 0.1", b -> b.seconds(0.1), ACCEPTED),
        row("seconds 120", b -> b.seconds(120), ACCEPTED),
        row("seconds 121", b -> b.seconds(121), "seconds must be 0.1 to 120, found 121"),
        row("seed -2^63", b -> b.seed(Long.MIN_VALUE), ACCEPTED),
        row("seed -1", b -> b.seed(-1), ACCEPTED),
        row("seed 0", b -> b.seed(0), ACCEPTED),
        row("seed 2^32", b -> b.seed(1L << 32), ACCEPTED),
        row("seed 2^63-1", b -> b.seed(Long.MAX_VALUE), ACCEPTED),
        row("guidance NaN", b -> b.guidanceScale(Double.NaN), "guidance scale must be 0 to 32"),
        row(
            "guidance infinite",
            b -> b.guidanceScale(Double.POSITIVE_INFINITY),
            "guidance scale must be 0 to 32, found Infinity"),
        row(
            "guidance minus infinite",
            b -> b.guidanceScale(Double.NEGATIVE_INFINITY),
            "guidance scale must be 0 to 32, found -Infinity"),
        row("guidance 0", b -> b.guidanceScale(0), ACCEPTED),
        row("guidance 32", b -> b.guidanceScale(32), ACCEPTED),
        row("guidance 33", b -> b.guidanceScale(33), "guidance scale must be 0 to 32, found 33"),
        row("cfg NaN", b -> b.trueCfgScale(Double.NaN), "cfg scale must be 0 to 32, found NaN"),
        row("cfg 33", b -> b.trueCfgScale(33), "cfg scale must be 0 to 32, found 33"),
        row("rescale 1.1", b -> b.guidanceRescale(1.1), "guidance rescale must be 0 to 1"),
        row("shift 0", b -> b.shift(0), "shift must be 0.01 to 100, found 0"),
        row("teacache NaN", b -> b.teaCache(Double.NaN), "teacache threshold must be"),
        row("teacache 0", b -> b.teaCache(0), ACCEPTED),
        row("teacache 10", b -> b.teaCache(10), ACCEPTED),
        row("teacache 10.1", b -> b.teaCache(10.1), "teacache threshold must be 0 to 10, found 10"),
        row("blend -1", b -> b.prompts("0-2:a;;;3:b", -1), "blend sections must be 0 to 1000"),
        row("blend 1000", b -> b.prompts("0-2:a;;;3:b", 1000), ACCEPTED),
        row("blend 1001", b -> b.prompts("0-2:a;;;3:b", 1001), "blend sections must be 0 to 1000"),
        row("window 0", b -> b.latentWindow(0), "latent window must be 1 to 33, found 0"),
        row("window 1", b -> b.latentWindow(1), ACCEPTED),
        row("window 9", b -> b.latentWindow(9), ACCEPTED),
        row("window 33", b -> b.latentWindow(33), ACCEPTED),
        row("window 34", b -> b.latentWindow(34), "latent window must be 1 to 33, found 34"),
        row("height alone", b -> b.height(16), "width and height must be given together"),
        row("diffusers, seconds", diffusers(b -> b.seconds(1)), "seconds belong to profile frame"),
        row("framepack, frames", b -> b.frames(5), "frames belong to profile diffusers"),
        row("diffusers, rescale", diffusers(b -> b.guidanceRescale(1)), "rescale belongs to prof"),
        row(
            "end image, f1",
            b -> b.lastImage(IMAGE).sampling(Sampling.F1),
            "needs the last section made first"),
        row("end image, inverted", b -> b.lastImage(IMAGE), ACCEPTED));
  }

  static Stream<Arguments> sides() {
    return Stream.of(0, 15, 16, 17, 639, 640, 8192, 8208)
        .flatMap(side -> {
          boolean good = side == 16 || side == 640 || side == 8192;
          String fault = " must be a multiple of 16 from 16 to 8192, found " + side;
          return Stream.of(
              row("height " + side, b -> b.size(side, 64), good ? ACCEPTED : "height" + fault),
              row("width " + side, b -> b.size(64, side), good ? ACCEPTED : "width" + fault));
        });
  }

  static Stream<Arguments> prompts() {
    return Stream.of(
        row("no prompt", b -> b.prompt(nothing()), "prompt is missing"),
        row("empty prompt", b -> b.prompt(""), ACCEPTED),
        row("one character", b -> b.prompt("x"), ACCEPTED),
        row("100,000 characters", b -> b.prompt("x".repeat(100_000)), ACCEPTED),
        row("100,001", b -> b.prompt("x".repeat(100_001)), "at most 100000 characters, found 1000"),
        row("lone surrogate", b -> b.prompt("a\uD83Db"), "well-formed Unicode, found a lone surr"),
        row("NUL", b -> b.prompt("a\0b"), "must not contain the character NUL"),
        row("section 4 of 4", b -> b.prompts("0-3:a;;;4:b", 0), "section 4 is out of range"),
        row("overlap", b -> b.prompts("0-3:a;;;3:b", 0), "character 9: section 3 overlaps"),
        row("gap", b -> b.prompts("0-1:a;;;3:b", 0), "nothing is said of section 2"),
        row("mixed", b -> b.prompts("0:a;;;[2s: b]", 0), "cannot be mixed"),
        row("NUL in a part", b -> b.prompts("a;;;1:\0", 0), "must not contain the character NUL"),
        row("right to left", b -> b.prompt("\u05D0\u05D1\u202E\u0627"), ACCEPTED),
        row("emoji", b -> b.prompt("\uD83D\uDE00\uD83D\uDC68\u200D\uD83D\uDC69"), ACCEPTED),
        row("negative NUL", b -> b.negativePrompt("\0"), "negative prompt must not contain"));
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // what a careless caller does
  private static String nothing() {
    return null;
  }

  private static Change diffusers(Change change) {
    return b -> change.to(b.profile(Profile.DIFFUSERS));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"numbers", "sides", "prompts"})
  void eachLimit(String name, Change change, String fault) {
    VideoRequest.Builder builder = VideoRequest.builder().image(IMAGE).prompt("x");
    change.to(builder);
    InvalidRequestException refused =
        catchThrowableOfType(InvalidRequestException.class, builder::build);
    if (fault.isEmpty()) {
      assertThat(refused).as(name).isNull();
    } else {
      assertThat(refused).hasMessageStartingWith("REQUEST_INVALID: ").hasMessageContaining(fault);
      assertThat(refused.getMessage()).doesNotContain("\n").hasSizeLessThanOrEqualTo(400);
    }
    VideoRequest good = VideoRequest.builder().image(IMAGE).prompt("x").build();
    assertThat(good.steps()).as("a good request right after").isEqualTo(25);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 5, 1000})
  void asManySectionsAsAskedUpToTheLimit(int sections) {
    VideoRequest request = sections(sections).build();
    assertThat(request.sections()).isEqualTo(sections);
    assertThat(request.outputFrames()).isPositive();
  }

  @Test
  void noSectionAndTooManyAreRefused() {
    assertThat(refusal(sections(0))).hasMessageContaining("frames must be 1 to");
    assertThat(refusal(sections(1001)))
        .hasMessageContaining("sections must be 1 to 1000, found 1001");
  }

  /** With a window of one latent frame, diffusers makes a section per frame. */
  private static VideoRequest.Builder sections(int count) {
    return VideoRequest.builder()
        .image(IMAGE)
        .profile(Profile.DIFFUSERS)
        .latentWindow(1)
        .frames(count);
  }

  private static InvalidRequestException refusal(VideoRequest.Builder builder) {
    return catchThrowableOfType(InvalidRequestException.class, builder::build);
  }

  @Test
  void severalFaultsAreToldAtOnce() {
    InvalidRequestException refused =
        refusal(
            VideoRequest.builder()
                .prompt("\0")
                .steps(0)
                .latentWindow(34)
                .size(15, 16)
                .guidanceScale(33)
                .alsoCheck(List.of("crf must be 0 to 51, found 52")));
    assertThat(refused.getMessage())
        .contains("start image is missing", "crf", "NUL", "steps", "window", "height", "guidance");
  }

  @Test
  void onlyTheLow32BitsOfASeedCount() {
    try (FramePackEngine engine = TinyVideos.open(2)) {
      for (long seed : new long[] {-1, 5, Long.MIN_VALUE, Long.MAX_VALUE, (1L << 32) + 7}) {
        List<float[]> found = TinyVideos.latents(engine, TinyVideos.request().seed(seed).build());
        long low = seed & 0xFFFF_FFFFL;
        List<float[]> expected = TinyVideos.latents(engine, TinyVideos.request().seed(low).build());
        assertThat(found.getFirst()).as("seed %d", seed).isEqualTo(expected.getFirst());
      }
      assertThat(TinyVideos.latents(engine, TinyVideos.request().seed(5).build()).getFirst())
          .isNotEqualTo(
              TinyVideos.latents(engine, TinyVideos.request().seed(6).build()).getFirst());
    }
  }

  @ParameterizedTest
  @MethodSource("promptsThatRun")
  void everyAcceptedPromptMakesAVideo(String prompt) {
    try (FramePackEngine engine = TinyVideos.open(2)) {
      assertThat(TinyVideos.latents(engine, TinyVideos.request().prompt(prompt).build()))
          .hasSize(1);
    }
  }

  static Stream<String> promptsThatRun() {
    return Stream.of("", "x", "word ".repeat(20_000), "\u05D0\u202E\u0627", "\uD83D\uDE00\u200D");
  }
}
