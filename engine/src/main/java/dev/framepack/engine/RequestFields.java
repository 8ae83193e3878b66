package dev.framepack.engine;

import dev.framepack.engine.history.HistoryPolicy;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.sampler.cache.StepCache;
import dev.framepack.engine.timeline.ClipExtension;
import dev.framepack.engine.timeline.OneFrame;
import dev.framepack.engine.timeline.PromptSchedule;
import dev.framepack.engine.timeline.SectionImages;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What a {@link VideoRequest.Builder} has been told: one field and one method for each. */
abstract sealed class RequestFields permits VideoRequest.Builder {
  @Nullable Rgb8Image image;
  @Nullable Rgb8Image lastImage;
  @Nullable ClipExtension extension;
  @Nullable OneFrame oneFrame;
  SectionImages sectionImages = SectionImages.NONE;
  PromptSchedule prompts = PromptSchedule.of("");
  @Nullable String negativePrompt;
  Profile profile = Profile.FRAMEPACK;
  Sampling sampling = Sampling.INVERTED;
  OptionalDouble seconds = OptionalDouble.empty();
  OptionalInt frames = OptionalInt.empty();
  OptionalInt steps = OptionalInt.empty();
  @Nullable Long seed;
  OptionalDouble guidanceScale = OptionalDouble.empty();
  double trueCfgScale = 1;
  double guidanceRescale;
  OptionalDouble shift = OptionalDouble.empty();
  @Nullable SamplerKind sampler;
  OptionalInt latentWindow = OptionalInt.empty();
  StepCache stepCache = StepCache.NONE;
  OptionalInt height = OptionalInt.empty();
  OptionalInt width = OptionalInt.empty();
  boolean vaeTiling;
  HistoryPolicy history = HistoryPolicy.CLEAN;
  double uncertainty = 1;
  final List<String> otherFaults = new ArrayList<>();

  abstract VideoRequest.Builder self();

  /** Says all that a request says. */
  void takeOver(VideoRequest request) {
    extension = request.extension();
    oneFrame = request.oneFrame();
    image = extension == null ? request.image() : null;
    lastImage = request.lastImage();
    sectionImages = request.sectionImages();
    prompts = request.prompts();
    negativePrompt = request.negativePrompt();
    profile = request.profile();
    sampling = request.sampling();
    seconds = request.seconds();
    frames = request.frames();
    steps = OptionalInt.of(request.steps());
    seed = request.seed();
    guidanceScale = OptionalDouble.of(request.guidanceScale());
    trueCfgScale = request.trueCfgScale();
    guidanceRescale = request.guidanceRescale();
    shift = request.shift();
    sampler = request.sampler();
    latentWindow = OptionalInt.of(request.latentWindow());
    stepCache = request.stepCache();
    height = request.height();
    width = request.width();
    vaeTiling = request.vaeTiling();
    history = request.history();
    uncertainty = request.uncertainty();
  }

  public VideoRequest.Builder image(Rgb8Image value) {
    image = value;
    return self();
  }

  public VideoRequest.Builder lastImage(Rgb8Image value) {
    lastImage = value;
    return self();
  }

  /** The clip to go on from, in the start image's place. */
  public VideoRequest.Builder extension(ClipExtension value) {
    extension = value;
    return self();
  }

  /** One frame in place of a video. */
  public VideoRequest.Builder oneFrame(OneFrame value) {
    oneFrame = value;
    return self();
  }

  /** Images for sections; the first one's is the start image when no other is given. */
  public VideoRequest.Builder sectionImages(SectionImages value) {
    sectionImages = value;
    return self();
  }

  /** One prompt for all sections, as it is. */
  public VideoRequest.Builder prompt(String value) {
    return value == null
        ? alsoCheck(List.of("prompt is missing"))
        : prompts(PromptSchedule.of(value));
  }

  /** A prompt in either syntax of {@link PromptSchedule}; faults are told with all others. */
  public VideoRequest.Builder prompts(String text, int blendSections) {
    try {
      return prompts(PromptSchedule.parse(text).withBlend(blendSections));
    } catch (InvalidRequestException e) {
      return alsoCheck(List.of(RequestChecks.told(e)));
    }
  }

  public VideoRequest.Builder prompts(PromptSchedule value) {
    prompts = value;
    return self();
  }

  public VideoRequest.Builder negativePrompt(String value) {
    negativePrompt = value;
    return self();
  }

  public VideoRequest.Builder profile(Profile value) {
    profile = value;
    return self();
  }

  public VideoRequest.Builder sampling(Sampling value) {
    sampling = value;
    return self();
  }

  public VideoRequest.Builder seconds(double value) {
    seconds = OptionalDouble.of(value);
    return self();
  }

  public VideoRequest.Builder frames(int value) {
    frames = OptionalInt.of(value);
    return self();
  }

  public VideoRequest.Builder steps(int value) {
    steps = OptionalInt.of(value);
    return self();
  }

  public VideoRequest.Builder seed(long value) {
    seed = value;
    return self();
  }

  public VideoRequest.Builder guidanceScale(double value) {
    guidanceScale = OptionalDouble.of(value);
    return self();
  }

  public VideoRequest.Builder trueCfgScale(double value) {
    trueCfgScale = value;
    return self();
  }

  public VideoRequest.Builder guidanceRescale(double value) {
    guidanceRescale = value;
    return self();
  }

  public VideoRequest.Builder shift(double value) {
    shift = OptionalDouble.of(value);
    return self();
  }

  public VideoRequest.Builder sampler(SamplerKind value) {
    sampler = value;
    return self();
  }

  /** Of a sampling with a name; one put together by hand says it in its packing. */
  public VideoRequest.Builder latentWindow(int value) {
    latentWindow = OptionalInt.of(value);
    return self();
  }

  public VideoRequest.Builder teaCache(double threshold) {
    return stepCache(new StepCache.TeaCache(threshold));
  }

  public VideoRequest.Builder stepCache(StepCache value) {
    stepCache = value;
    return self();
  }

  /** Both sides, pixels. */
  public VideoRequest.Builder size(int heightPixels, int widthPixels) {
    return height(heightPixels).width(widthPixels);
  }

  public VideoRequest.Builder height(int pixels) {
    height = OptionalInt.of(pixels);
    return self();
  }

  public VideoRequest.Builder width(int pixels) {
    width = OptionalInt.of(pixels);
    return self();
  }

  /** Faults found elsewhere (output, model), to be told together with those of the request. */
  public VideoRequest.Builder alsoCheck(List<String> faults) {
    otherFaults.addAll(faults);
    return self();
  }

  public VideoRequest.Builder vaeTiling(boolean value) {
    vaeTiling = value;
    return self();
  }

  public VideoRequest.Builder history(HistoryPolicy value) {
    history = value;
    return self();
  }

  public VideoRequest.Builder uncertainty(double value) {
    uncertainty = value;
    return self();
  }
}
