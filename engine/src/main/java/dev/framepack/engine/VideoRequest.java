package dev.framepack.engine;

import dev.framepack.engine.history.HistoryPolicy;
import dev.framepack.engine.history.HistoryRule;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.packing.PackingNotation;
import dev.framepack.engine.packing.SectionCount;
import dev.framepack.engine.packing.SectionPlanner;
import dev.framepack.engine.packing.SectionSchedule;
import dev.framepack.engine.sampler.cache.StepCache;
import dev.framepack.engine.timeline.ClipExtension;
import dev.framepack.engine.timeline.OneFrame;
import dev.framepack.engine.timeline.PromptMix;
import dev.framepack.engine.timeline.PromptSchedule;
import dev.framepack.engine.timeline.SectionImage;
import dev.framepack.engine.timeline.SectionImages;
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
 * @param extension the clip that the video goes on from, or null; the start image is then the first
 *     frame of it that sections see
 * @param oneFrame that one frame is wanted in place of a video, or null
 * @param sectionImages what stands in the start image's place for some sections
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
    @Nullable ClipExtension extension,
    @Nullable OneFrame oneFrame,
    SectionImages sectionImages,
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
      int sections = oneFrame != null ? 1 : SectionCount.of(seconds, frames, latentWindow);
      checks.range("sections", sections, 1, 1000);
      int countable = Math.clamp(sections, 1, 1000);
      checks.all(prompts.faults(countable, SectionCount.seconds(latentWindow)));
      checks.all(sectionImages.faults(countable, image));
      checks.all(extension == null ? List.of() : extension.faults(latentWindow));
      new SamplingChecks(checks, sampling, sampler, history, latentWindow)
          .check(
              countable,
              lastImage != null,
              !sectionImages.images().isEmpty(),
              extension != null,
              profile.secondPrompt(trueCfgScale, negativePrompt) != null,
              guidanceRescale,
              stepCache);
      if (oneFrame != null) {
        checks.oneFrame(
            oneFrame,
            lastImage != null || extension != null || !sectionImages.images().isEmpty(),
            !prompts.isPlain(),
            !history.rules().isEmpty() || sampler.isFrameWise());
      }
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
    return packing(sampling, history);
  }

  private static PackingNotation packing(Sampling sampling, HistoryPolicy history) {
    PackingNotation packing = sampling.packing();
    return history.has(HistoryRule.Anchor.class) ? packing.withAnchor(sampling.order()) : packing;
  }

  /** Pictures the network sees that are no frames of the video, in the order of their numbers. */
  public List<Rgb8Image> pictures() {
    return oneFrame != null
        ? oneFrame.controls()
        : sectionImages.images().stream().map(SectionImage::image).toList();
  }

  /**
   * For each section in order of time the number of the picture in the start image's place, or -1.
   */
  public int[] picturesOfSections() {
    return sectionImages.ofSections(sections());
  }

  /** The plan of every section. */
  public SectionSchedule schedule() {
    if (oneFrame != null) {
      return oneFrame.schedule(latentWindow);
    }
    SectionPlanner planner =
        new SectionPlanner(
                packing(),
                sampling.order(),
                sampling.gaps(),
                history.has(HistoryRule.RepeatImageToVideo.class)
                    ? SectionPlanner.Memory.LAST_FRAME
                    : SectionPlanner.Memory.ALL,
                lastImage != null)
            .withPictures(picturesOfSections())
            .withClip(extension == null ? 1 : extension.contextLatents(packing(), latentWindow));
    return sampler == SamplerKind.ROLLING_DIFFUSION
        ? planner.rolling(sections())
        : planner.plan(sections());
  }

  public static Builder builder() {
    return new Builder();
  }

  /** A builder that makes this request again, to be changed. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.takeOver(this);
    return builder;
  }

  /** How many sections the video takes. */
  public int sections() {
    return oneFrame != null ? 1 : SectionCount.of(seconds, frames, latentWindow);
  }

  /**
   * Frames of the finished video: the start image, or the clip when it is wanted, and 4 W a
   * section.
   */
  public int outputFrames() {
    if (oneFrame != null) {
      return 1;
    }
    int made = SectionCount.framesOf(1 + sections() * latentWindow) - 1;
    return made + (extension == null ? 1 : extension.withClip() ? extension.clip().size() : 0);
  }

  /** Collects a request; what is not set takes the profile's default (spec section 9). */
  public static final class Builder extends RequestFields {
    private static final int DEFAULT_WINDOW = 9;

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /**
     * The complete request.
     *
     * @throws InvalidRequestException naming all faults at once
     */
    public VideoRequest build() {
      Rgb8Image start = startImage();
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

    private @Nullable Rgb8Image startImage() {
      ClipExtension clip = extension;
      if (clip == null) {
        return image != null ? image : sectionImages.start().orElse(null);
      }
      if (image != null) {
        otherFaults.add("a video that goes on from a clip begins with it, give no start image");
      }
      int window = window();
      return clip.clip().isEmpty()
          ? Rgb8Image.of(1, 1, new byte[Rgb8Image.CHANNELS])
          : clip.context(packing(sampling.forWindow(window), history), window).getFirst();
    }

    private int window() {
      return latentWindow.orElseGet(
          () -> sampling.packing().generatedFrames().orElse(DEFAULT_WINDOW));
    }

    private VideoRequest complete(Rgb8Image start) {
      boolean lengthIsOpen = seconds.isEmpty() && frames.isEmpty();
      boolean bySeconds = profile == Profile.FRAMEPACK;
      int window = window();
      return new VideoRequest(
          start,
          lastImage,
          extension,
          oneFrame,
          sectionImages,
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
