package dev.framepack.engine.pipeline;

import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.history.GuidanceTerm;
import dev.framepack.engine.image.ImageSize;
import dev.framepack.engine.model.hunyuan.StepForm;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.packing.SectionSchedule;
import dev.framepack.engine.sampler.SigmaSchedule;
import dev.framepack.engine.sampler.cache.MagRatios;
import dev.framepack.engine.sampler.cache.StepCache;
import dev.framepack.engine.timeline.PromptMix;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Prompts, image and timesteps to what guides the denoiser. Each prompt is encoded once; each
 * prompt or mix of prompts under an image is taken through the transformer's conditioning once, and
 * kept as long as a later section has it.
 */
final class GuidanceStage {
  private final ModelParts parts;
  private final VideoRequest request;
  private final List<GuidanceTerm> terms;
  private final StepForm form;
  private final StepCache cache;
  private final Set<Float> timesteps;
  private final SectionPictures pictures;
  private final List<PromptMix> mixes;
  private final @Nullable PromptMix negative;
  private final Map<String, PromptConditioning> encoded = new HashMap<>();
  private final Map<Subject, Integer> lastUse = new HashMap<>();
  private final Map<Subject, Computed> computed = new HashMap<>();

  private long peakTableBytes;

  /** What a conditioning is of: a prompt under a picture, -1 for the start image. */
  private record Subject(PromptMix mix, int picture) {}

  /** A start image may become another one. */
  private record Computed(ImageConditioning image, StepConditioning conditioning) {}

  /**
   * Encodes the prompts.
   *
   * @param size of the video
   * @param pictures which sections have an image of their own
   * @param levels noise levels of every evaluation of the video
   */
  GuidanceStage(
      ModelParts parts,
      VideoRequest request,
      ImageSize size,
      SectionSchedule sections,
      SectionPictures pictures,
      List<NoiseLevels> levels) {
    this.parts = parts;
    this.request = request;
    this.pictures = pictures;
    this.mixes = request.promptMixes();
    String second = request.secondPrompt();
    this.negative = second == null ? null : PromptMix.of(second);
    PromptStage prompts = new PromptStage(parts);
    for (SectionPlan plan : sections.plans()) {
      PromptMix mix = mixes.get(plan.sectionInTime());
      lastUse.put(new Subject(mix, pictures.of(plan)), plan.number());
      encode(prompts, mix);
      if (negative != null) {
        lastUse.put(new Subject(negative, pictures.of(plan)), plan.number());
        encode(prompts, negative);
      }
    }
    this.terms = GuidanceTerm.of(request.history(), negative != null, request.trueCfgScale());
    this.form = form(request, terms);
    this.timesteps = timesteps(levels);
    this.cache =
        request
            .stepCache()
            .completed(checkpoint(request), size.height(), size.width(), request.steps());
  }

  /** The released checkpoint that sees the future was calibrated as the inverted one. */
  private static MagRatios.Checkpoint checkpoint(VideoRequest request) {
    return request.sampling().packing().right().run().isEmpty()
        ? MagRatios.Checkpoint.F1
        : MagRatios.Checkpoint.INVERTED;
  }

  private void encode(PromptStage prompts, PromptMix mix) {
    if (mix.before() != null) {
      encoded.computeIfAbsent(mix.before(), prompts::encode);
    }
    encoded.computeIfAbsent(mix.prompt(), prompts::encode);
  }

  /** How steps of a request are evaluated. */
  private static StepForm form(VideoRequest request, List<GuidanceTerm> terms) {
    boolean ownTimesteps = terms.stream().anyMatch(term -> term.history().told());
    return new StepForm(
        ownTimesteps || request.sampler().isFrameWise(), request.history().isCausal());
  }

  StepForm form() {
    return form;
  }

  private Set<Float> timesteps(List<NoiseLevels> levels) {
    Set<Float> all = new LinkedHashSet<>();
    for (NoiseLevels level : levels) {
      double sigma = level.condition();
      all.add(SigmaSchedule.timestep(sigma));
      if (form.timestepPerToken()) {
        for (double frame : level.frames()) {
          all.add(SigmaSchedule.timestep(frame));
        }
        for (GuidanceTerm term : terms) {
          all.add(SigmaSchedule.timestep(term.history().toldAt(sigma)));
        }
      }
    }
    return all;
  }

  /**
   * What guides a plan; plans come in order.
   *
   * @param startImage seen by sections without a picture of their own
   */
  Guidance guidance(SectionPlan plan, ImageConditioning startImage) {
    computed
        .keySet()
        .removeIf(subject -> Objects.requireNonNull(lastUse.get(subject)) < plan.number());
    int picture = pictures.of(plan);
    ImageConditioning image =
        picture < 0 ? startImage : Objects.requireNonNull(pictures.tokens().get(picture));
    return new Guidance(
        terms,
        conditioning(new Subject(mixes.get(plan.sectionInTime()), picture), image),
        negative == null ? null : conditioning(new Subject(negative, picture), image),
        request.guidanceRescale(),
        cache);
  }

  private StepConditioning conditioning(Subject subject, ImageConditioning image) {
    Computed known = computed.get(subject);
    if (known != null && known.image() == image) {
      return known.conditioning();
    }
    StepConditioning conditioning =
        StepConditioning.compute(
            parts.transformer().model(),
            parts.transformer().weights(),
            parts.backend(),
            text(subject.mix()),
            image,
            timesteps,
            request.guidanceScale());
    computed.put(subject, new Computed(image, conditioning));
    long bytes = computed.values().stream().mapToLong(c -> c.conditioning().byteSize()).sum();
    peakTableBytes = Math.max(peakTableBytes, bytes);
    return conditioning;
  }

  /** Most that tables took at one time. */
  long peakTableBytes() {
    return peakTableBytes;
  }

  private PromptConditioning text(PromptMix mix) {
    PromptConditioning prompt = Objects.requireNonNull(encoded.get(mix.prompt()));
    return mix.before() == null
        ? prompt
        : Objects.requireNonNull(encoded.get(mix.before())).towards(prompt, mix.share());
  }
}
