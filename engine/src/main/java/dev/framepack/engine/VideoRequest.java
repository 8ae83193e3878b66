package dev.framepack.engine;

import dev.framepack.engine.history.HistoryPolicy;
import dev.framepack.engine.history.HistoryRule;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.packing.PackingNotation;
import dev.framepack.engine.packing.SectionCount;
import dev.framepack.engine.packing.SectionPlanner;
import dev.framepack.engine.packing.SectionSchedule;
import dev.framepack.engine.sampler.cache.StepCache;
import dev.framepack.engine.timeline.PromptMix;
import dev.framepack.engine.timeline.PromptSchedule;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Everything that decides a video, complete and within limits: a request that exists can be run by
 * any engine whose model fits. Two equal requests on the same model give the same bytes.
 *
 * @param image start image
 * @param lastImage end image, or null; only where the last section is made first and sees it
 * @param prompts what happens, for all sections or for each
 * @param negativePrompt what should not, or null; read by true CFG alone
 * @param seconds length for {@link Profile#FRAMEPACK}
 * @param frames length for {@link Profile#DIFFUSERS}, in pixel frames; rounded up to whole sections
 * @param steps model evaluations per section, 1-100; {@link SamplerKind#DIFFUSION_FORCING} takes
 *     more where frames lag, {@link SamplerKind#ROLLING_DIFFUSION} the nearest multiple of the
 *     window
 * @param seed only its low 32 bits count, as in PyTorch
 * @param guidanceScale distilled guidance, 0-32, an input of the network
 * @param trueCfgScale classifier-free guidance, 0-32; 1 means one pass without negative prompt
 * @param guidanceRescale 0-1, {@link Profile#FRAMEPACK} only
 * @param shift timestep shift, or empty to derive it from the token count
 * @param latentWindow latent frames denoised per section, 1-33
 * @param stepCache which steps leave out most blocks
 * @param height pixels, a multiple of 16, or empty for the profile's own choice
 * @param width pixels, a multiple of 16, given exactly when the height is
 * @param vaeTiling decode in spatial tiles: less memory, slightly different pixels
 * @param history how sections use the frames before them
 * @param uncertainty for {@link SamplerKind#DIFFUSION_FORCING}: by how many steps a frame lags
 *     behind the one before it, 0 (none) to 100
 */
public record VideoRequest(
    Rgb8Image image,
    @Nullable Rgb8Image lastImage,
    PromptSchedule prompts,
    @Nullable String negativePrompt,
    Profile profile,
    Sampling sampling,
    OptionalDouble seconds,
    OptionalInt frames,
    int steps,
    long seed,
    double guidanceScale,
    double trueCfgScale,
    double guidanceRescale,
    OptionalDouble shift,
    SamplerKind sampler,
    int latentWindow,
    StepCache stepCache,
    OptionalInt height,
    OptionalInt width,
    boolean vaeTiling,
    HistoryPolicy history,
    double uncertainty) {

  /**
   * Checks every limit.
   *
   * @throws InvalidRequestException naming all faults at once
   */
  public VideoRequest {
    RequestChecks checks = new RequestChecks();
    checks.prompt("prompt", prompts.text());
    if (negativePrompt != null) {
      checks.prompt("negative prompt", negativePrompt);
    }
    checks.range("steps", steps, 1, 100);
    checks.range("guidance scale", guidanceScale, 0, 32);
    checks.range("cfg scale", trueCfgScale, 0, 32);
    checks.range("guidance rescale", guidanceRescale, 0, 1);
    shift.ifPresent(value -> checks.range("shift", value, 0.01, 100));
    checks.range("latent window", latentWindow, 1, 33);
    checks.all(stepCache.faults());
    height.ifPresent(value -> checks.side("height", value));
    width.ifPresent(value -> checks.side("width", value));
    checks.that(height.isPresent() == width.isPresent(), "width and height must be given together");
    checks.length(profile, seconds, frames);
    checks.that(
        profile == Profile.FRAMEPACK || guidanceRescale == 0,
        "guidance rescale belongs to profile framepack, leave it 0");
    checks.range("uncertainty", uncertainty, 0, Math.clamp(steps, 1, 100));
    checks.that(
        uncertainty == 1 || sampler == SamplerKind.DIFFUSION_FORCING,
        "uncertainty belongs to sampler diffusion-forcing, found sampler " + sampler.id());
    checks.all(history.faults());
    if (SectionCount.isKnown(seconds, frames, latentWindow)) {
      int sections = SectionCount.of(seconds, frames, latentWindow);
      checks.range("sections", sections, 1, 1000);
      checks.all(prompts.faults(Math.clamp(sections, 1, 1000), SectionCount.seconds(latentWindow)));
      new SamplingChecks(checks, sampling, sampler, history, latentWindow)
          .check(
              Math.clamp(sections, 1, 1000),
              lastImage != null,
              profile.secondPrompt(trueCfgScale, negativePrompt) != null,
              guidanceRescale,
              stepCache);
    }
    checks.throwIfAny();
  }

  /** The prompt as written; {@link #prompts} tells the sections of it. */
  public String prompt() {
    return prompts.text();
  }

  /** The prompts of every section in order of time. */
  public List<PromptMix> promptMixes() {
    return prompts.mixes(sections(), SectionCount.seconds(latentWindow));
  }

  /** The prompt of the second pass, or null when there is none. */
  public @Nullable String secondPrompt() {
    return profile.secondPrompt(trueCfgScale, negativePrompt);
  }

  /** The packing as sections have it: with the anchor that the history policy asks for. */
  public PackingNotation packing() {
    PackingNotation packing = sampling.packing();
    return history.has(HistoryRule.Anchor.class) ? packing.withAnchor(sampling.order()) : packing;
  }

  /** The plan of every section. */
  public SectionSchedule schedule() {
    SectionPlanner planner =
        new SectionPlanner(
            packing(),
            sampling.order(),
            sampling.gaps(),
            history.has(HistoryRule.RepeatImageToVideo.class)
                ? SectionPlanner.Memory.LAST_FRAME
                : SectionPlanner.Memory.ALL,
            lastImage != null);
    return sampler == SamplerKind.ROLLING_DIFFUSION
        ? planner.rolling(sections())
        : planner.plan(sections());
  }

  public static Builder builder() {
    return new Builder();
  }

  /** How many sections the video takes. */
  public int sections() {
    return SectionCount.of(seconds, frames, latentWindow);
  }

  /** Frames of the finished video: the start image and 4 W per section. */
  public int outputFrames() {
    return SectionCount.framesOf(1 + sections() * latentWindow);
  }

  /** Collects a request; what is not set takes the profile's default (spec section 9). */
  public static final class Builder {
    private static final int DEFAULT_WINDOW = 9;

    private @Nullable Rgb8Image image;
    private @Nullable Rgb8Image lastImage;
    private PromptSchedule prompts = PromptSchedule.of("");
    private @Nullable String negativePrompt;
    private Profile profile = Profile.FRAMEPACK;
    private Sampling sampling = Sampling.INVERTED;
    private OptionalDouble seconds = OptionalDouble.empty();
    private OptionalInt frames = OptionalInt.empty();
    private OptionalInt steps = OptionalInt.empty();
    private @Nullable Long seed;
    private OptionalDouble guidanceScale = OptionalDouble.empty();
    private double trueCfgScale = 1;
    private double guidanceRescale;
    private OptionalDouble shift = OptionalDouble.empty();
    private @Nullable SamplerKind sampler;
    private OptionalInt latentWindow = OptionalInt.empty();
    private StepCache stepCache = StepCache.NONE;
    private OptionalInt height = OptionalInt.empty();
    private OptionalInt width = OptionalInt.empty();
    private boolean vaeTiling;
    private HistoryPolicy history = HistoryPolicy.CLEAN;
    private double uncertainty = 1;
    private final List<String> otherFaults = new ArrayList<>();

    private Builder() {}

    public Builder image(Rgb8Image value) {
      image = value;
      return this;
    }

    public Builder lastImage(Rgb8Image value) {
      lastImage = value;
      return this;
    }

    /** One prompt for all sections, as it is. */
    public Builder prompt(String value) {
      return value == null
          ? alsoCheck(List.of("prompt is missing"))
          : prompts(PromptSchedule.of(value));
    }

    /** A prompt in either syntax of {@link PromptSchedule}; faults are told with all others. */
    public Builder prompts(String text, int blendSections) {
      try {
        return prompts(PromptSchedule.parse(text).withBlend(blendSections));
      } catch (InvalidRequestException e) {
        return alsoCheck(List.of(RequestChecks.told(e)));
      }
    }

    public Builder prompts(PromptSchedule value) {
      prompts = value;
      return this;
    }

    public Builder negativePrompt(String value) {
      negativePrompt = value;
      return this;
    }

    public Builder profile(Profile value) {
      profile = value;
      return this;
    }

    public Builder sampling(Sampling value) {
      sampling = value;
      return this;
    }

    public Builder seconds(double value) {
      seconds = OptionalDouble.of(value);
      return this;
    }

    public Builder frames(int value) {
      frames = OptionalInt.of(value);
      return this;
    }

    public Builder steps(int value) {
      steps = OptionalInt.of(value);
      return this;
    }

    public Builder seed(long value) {
      seed = value;
      return this;
    }

    public Builder guidanceScale(double value) {
      guidanceScale = OptionalDouble.of(value);
      return this;
    }

    public Builder trueCfgScale(double value) {
      trueCfgScale = value;
      return this;
    }

    public Builder guidanceRescale(double value) {
      guidanceRescale = value;
      return this;
    }

    public Builder shift(double value) {
      shift = OptionalDouble.of(value);
      return this;
    }

    public Builder sampler(SamplerKind value) {
      sampler = value;
      return this;
    }

    /** Of a sampling with a name; one put together by hand says it in its packing. */
    public Builder latentWindow(int value) {
      latentWindow = OptionalInt.of(value);
      return this;
    }

    public Builder teaCache(double threshold) {
      return stepCache(new StepCache.TeaCache(threshold));
    }

    public Builder stepCache(StepCache value) {
      stepCache = value;
      return this;
    }

    /** Both sides, pixels. */
    public Builder size(int heightPixels, int widthPixels) {
      return height(heightPixels).width(widthPixels);
    }

    public Builder height(int pixels) {
      height = OptionalInt.of(pixels);
      return this;
    }

    public Builder width(int pixels) {
      width = OptionalInt.of(pixels);
      return this;
    }

    /** Faults found elsewhere (output, model), to be told together with those of the request. */
    public Builder alsoCheck(List<String> faults) {
      otherFaults.addAll(faults);
      return this;
    }

    public Builder vaeTiling(boolean value) {
      vaeTiling = value;
      return this;
    }

    public Builder history(HistoryPolicy value) {
      history = value;
      return this;
    }

    public Builder uncertainty(double value) {
      uncertainty = value;
      return this;
    }

    /**
     * The complete request.
     *
     * @throws InvalidRequestException naming all faults at once
     */
    public VideoRequest build() {
      Rgb8Image start = image;
      if (start == null) {
        otherFaults.add("the start image is missing");
        start = Rgb8Image.of(1, 1, new byte[Rgb8Image.CHANNELS]);
      }
      VideoRequest request;
      try {
        request = complete(start);
      } catch (InvalidRequestException e) {
        throw otherFaults.isEmpty() ? e : RequestChecks.merge(otherFaults, e);
      }
      if (!otherFaults.isEmpty()) {
        throw RequestChecks.invalid(otherFaults);
      }
      return request;
    }

    private VideoRequest complete(Rgb8Image start) {
      boolean lengthIsOpen = seconds.isEmpty() && frames.isEmpty();
      boolean bySeconds = profile == Profile.FRAMEPACK;
      int window =
          latentWindow.orElseGet(() -> sampling.packing().generatedFrames().orElse(DEFAULT_WINDOW));
      return new VideoRequest(
          start,
          lastImage,
          prompts,
          negativePrompt,
          profile,
          sampling.forWindow(window),
          lengthIsOpen && bySeconds ? OptionalDouble.of(5) : seconds,
          lengthIsOpen && !bySeconds ? OptionalInt.of(129) : frames,
          steps.orElse(profile.defaultSteps()),
          seed != null ? seed : bySeconds ? 31337 : ThreadLocalRandom.current().nextInt(),
          guidanceScale.orElse(profile.defaultGuidanceScale()),
          trueCfgScale,
          guidanceRescale,
          shift,
          sampler != null ? sampler : profile.defaultSampler(),
          window,
          stepCache,
          height,
          width,
          vaeTiling,
          history,
          uncertainty);
    }
  }
}
