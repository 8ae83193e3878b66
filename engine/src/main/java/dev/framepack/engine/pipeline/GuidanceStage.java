package dev.framepack.engine.pipeline;

import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.history.GuidanceTerm;
import dev.framepack.engine.model.hunyuan.StepForm;
import dev.framepack.engine.sampler.SigmaSchedule;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Prompts, image and timesteps to what guides the denoiser; prompts are encoded once, the image may
 * change between sections.
 */
final class GuidanceStage {
  private final ModelParts parts;
  private final VideoRequest request;
  private final List<GuidanceTerm> terms;
  private final StepForm form;
  private final Set<Float> timesteps;
  private final PromptConditioning prompt;
  private final @Nullable PromptConditioning negativePrompt;

  /**
   * Encodes the prompts.
   *
   * @param levels noise levels of every evaluation of the video
   */
  GuidanceStage(ModelParts parts, VideoRequest request, List<NoiseLevels> levels) {
    this.parts = parts;
    this.request = request;
    PromptStage prompts = new PromptStage(parts);
    String negative = request.secondPrompt();
    this.prompt = prompts.encode(request.prompt());
    this.negativePrompt = negative == null ? null : prompts.encode(negative);
    this.terms = GuidanceTerm.of(request.history(), negative != null, request.trueCfgScale());
    this.form = form(request, terms);
    this.timesteps = timesteps(levels);
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

  /** What guides a section under an image. */
  Guidance guidance(ImageConditioning image) {
    return new Guidance(
        terms,
        conditioning(prompt, image),
        negativePrompt == null ? null : conditioning(negativePrompt, image),
        request.guidanceRescale(),
        request.teaCacheThreshold());
  }

  private StepConditioning conditioning(PromptConditioning text, ImageConditioning image) {
    return StepConditioning.compute(
        parts.transformer().model(),
        parts.transformer().weights(),
        parts.backend(),
        text,
        image,
        timesteps,
        request.guidanceScale());
  }
}
