package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.history.HistoryPolicy;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.sampler.cache.StepCache;
import dev.framepack.engine.timeline.ClipExtension;
import dev.framepack.engine.timeline.SectionImage;
import dev.framepack.engine.timeline.SectionImages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** D06: a video that was cut off and resumed is the one it would have been, bit for bit. */
final class ResumeTest {
  private static FramePackEngine engine;

  @TempDir Path root;

  @BeforeAll
  static void open() {
    engine = TinyVideos.open(2);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  /** Forward, three sections of two latent frames. */
  private static VideoRequest.Builder request() {
    return TinyVideos.request()
        .latentWindow(2)
        .seconds(0.8)
        .steps(2)
        .seed(11)
        .sampling(Sampling.F1);
  }

  private static VideoRequest history(String policy) {
    return request().history(HistoryPolicy.parse(policy)).build();
  }

  /** Everything that carries state from one section to the next. */
  static Stream<VideoRequest> requests() {
    return Stream.of(
        request().sampling(Sampling.INVERTED).lastImage(Rgb8Image.read(TinyVideos.IMAGE)).build(),
        request().teaCache(0.15).build(),
        request().stepCache(StepCache.parse("fbcache:0.1")).build(),
        clipExtension(),
        request().prompts("0:a red circle;;;1-2:a blue square", 2).build(),
        request()
            .sampling(Sampling.INVERTED)
            .sectionImages(
                new SectionImages(
                    List.of(new SectionImage(1, 1, Rgb8Image.of(1, 1, new byte[] {9, 9, 9})))))
            .build(),
        request().sampler(SamplerKind.DIFFUSION_FORCING).build(),
        request().sampler(SamplerKind.ROLLING_DIFFUSION).build(),
        history("noise:0.3"),
        history("renorm:0.5+adaptive-noise"),
        history("repeat-i2v"),
        VideoRequest.builder() // draws from the sections' generator between sections too
            .image(Rgb8Image.read(TinyVideos.IMAGE))
            .prompt("a red circle")
            .profile(Profile.DIFFUSERS)
            .size(32, 48)
            .latentWindow(2)
            .frames(15)
            .steps(2)
            .seed(3)
            .sampling(Sampling.F1)
            .history(HistoryPolicy.parse("repeat-i2v"))
            .build());
  }

  private static VideoRequest clipExtension() {
    Rgb8Image start = Rgb8Image.read(TinyVideos.IMAGE);
    return VideoRequest.builder()
        .extension(new ClipExtension(Collections.nCopies(9, start), true))
        .prompt("a red circle")
        .size(32, 48)
        .latentWindow(2)
        .seconds(0.8)
        .steps(2)
        .sampling(Sampling.F1)
        .build();
  }

  private Path onlyJob() throws IOException {
    try (Stream<Path> jobs = Files.list(root)) {
      return jobs.toList().getFirst();
    }
  }

  private int jobs() throws IOException {
    try (Stream<Path> jobs = Files.list(root)) {
      return (int) jobs.count();
    }
  }

  /** Ends a run as soon as so many plans are stored, or a little later. */
  private final class StopAt implements GenerationListener {
    private final int plans;
    private int more;

    StopAt(int plans, int more) {
      this.plans = plans;
      this.more = more;
    }

    /** Asked on the thread that computes, so that what is on disk is what was stored. */
    @Override
    public boolean isCancelled() {
      try {
        return StoppedJob.read(onlyJob()).finishedPlans() >= plans && more-- <= 0;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private JobOptions checkpoints(GenerationListener listener) {
    return JobOptions.builder().checkpoints(root).listener(listener).build();
  }

  private static JobOptions keeping(boolean value) {
    return JobOptions.builder().keepCheckpoint(value).build();
  }

  @ParameterizedTest
  @MethodSource("requests")
  void aVideoCutOffAnywhereIsTheOneItWouldHaveBeen(VideoRequest request) throws IOException {
    List<Rgb8Image> expected = TinyVideos.frames(engine, request);
    assertThatThrownBy(() -> engine.generate(request, checkpoints(new StopAt(1, 0))))
        .isInstanceOf(CancelledException.class)
        .hasMessageContaining("resume it from");
    Path job = onlyJob();
    StoppedJob stopped = StoppedJob.read(job);
    assertThat(stopped.request()).isEqualTo(request);
    assertThat(stopped.finishedPlans()).isEqualTo(1);

    assertThatThrownBy(
            () -> engine.resume(job, JobOptions.builder().listener(new StopAt(2, 2)).build()))
        .isInstanceOf(CancelledException.class);
    assertThat(StoppedJob.read(job).finishedPlans()).isEqualTo(2);

    try (VideoResult resumed = engine.resume(job, keeping(false))) {
      assertThat(TinyVideos.frames(resumed)).isEqualTo(expected);
      assertThat(resumed.request()).isEqualTo(request);
    }
    assertThat(jobs()).as("removed when delivered").isZero();
  }

  @Test
  void aCheckpointStaysWhenAskedOrWhenTheVideoWasNotDelivered() throws IOException {
    VideoRequest request = TinyVideos.request().build();
    engine.generate(request, checkpoints(GenerationListener.NONE)).close();
    Path job = onlyJob();
    try (VideoResult again = engine.resume(job, keeping(true))) {
      assertThat(TinyVideos.frames(again)).hasSize(request.outputFrames());
    }
    assertThat(onlyJob()).isEqualTo(job);
  }

  @Test
  void aVideoLostOnItsWayOutIsResumed() throws IOException {
    VideoRequest request = TinyVideos.request().build();
    try (VideoResult lost = engine.generate(request, checkpoints(GenerationListener.NONE))) {
      assertThatThrownBy(() ->
              lost.forEachFrame(frame -> {
                throw new IllegalStateException("the disk is full");
              }))
          .hasMessage("the disk is full");
    }
    try (VideoResult again = engine.resume(onlyJob(), keeping(false))) {
      assertThat(TinyVideos.frames(again)).hasSize(request.outputFrames());
    }
    assertThat(jobs()).isZero();
  }

  @Test
  void aVideoClosedTwiceTouchesNoLaterJobOfItsName() throws IOException {
    VideoRequest request = TinyVideos.request().build();
    JobOptions named = JobOptions.builder().id("same").checkpoints(root).build();
    VideoResult first = engine.generate(request, named);
    TinyVideos.frames(first);
    first.close();
    try (VideoResult second = engine.generate(request, named)) {
      first.close();
      assertThat(StoppedJob.read(onlyJob()).request()).isEqualTo(second.request());
    }
  }

  /** A job may wait for hours between being read and being taken up. */
  @Test
  void aFolderThatHoldsAnotherJobByItsTurnIsRefused() throws Exception {
    Path one = kept("one", 1);
    Path two = kept("two", 2);
    Gate gate = new Gate();
    GenerationJob blocking =
        engine.submit(TinyVideos.request().build(), JobOptions.builder().listener(gate).build());
    gate.awaitEntered();
    GenerationJob waiting = engine.submitResume(one, JobOptions.defaults());
    Files.move(one, root.resolve("gone"));
    Files.move(two, one);
    gate.open();
    assertThatThrownBy(waiting::await)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("CHECKPOINT_FOREIGN: " + one + ": request");
    blocking.await().close();
  }

  /** A finished job of one name. */
  private Path kept(String place, long seed) {
    Path folder = root.resolve(place);
    JobOptions options =
        JobOptions.builder().id("same").checkpoints(folder).keepCheckpoint(true).build();
    engine.generate(TinyVideos.request().seed(seed).build(), options).close();
    return folder.resolve("job-same");
  }

  @Test
  void aRunThatFinishedNothingLeavesNothing() throws IOException {
    VideoRequest request = request().build();
    assertThatThrownBy(() -> engine.generate(request, checkpoints(new StopAt(0, 0))))
        .isInstanceOf(CancelledException.class)
        .hasMessageContaining("start over");
    assertThat(jobs()).isZero();
  }

  @Test
  void anotherBackendOrPrecisionIsRefusedByName() throws IOException {
    VideoRequest request = request().build();
    assertThatThrownBy(() -> engine.generate(request, checkpoints(new StopAt(1, 0))))
        .isInstanceOf(CancelledException.class);
    Path job = onlyJob();
    EngineConfig.Builder config = StoppedJob.read(job).setup().toBuilder().threads(2);
    try (FramePackEngine other =
        FramePack.open(config.backend(BackendKind.CPU_REFERENCE).build())) {
      assertThatThrownBy(() -> other.resume(job, keeping(false)))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("engine.backend: expected cpu");
    }
    try (FramePackEngine other =
        FramePack.open(config.backend(BackendKind.CPU).precision(Precision.BFLOAT16).build())) {
      assertThatThrownBy(() -> other.resume(job, keeping(false)))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("precision.transformer: expected float32");
    }
    assertThat(StoppedJob.read(job).finishedPlans()).as("untouched").isEqualTo(1);
  }
}
