package dev.framepack.engine;

import dev.framepack.engine.history.GuidanceTerm;
import dev.framepack.engine.image.ImageSize;
import dev.framepack.engine.model.hunyuan.ConditionShape;
import dev.framepack.engine.model.hunyuan.PackedShape;
import dev.framepack.engine.model.hunyuan.PackedTransformer;
import dev.framepack.engine.model.hunyuan.StepForm;
import dev.framepack.engine.packing.ContextPart;
import dev.framepack.engine.packing.PackingBound;
import dev.framepack.engine.packing.PackingNotation;
import dev.framepack.engine.packing.PatchKernel;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.packing.SectionSchedule;
import dev.framepack.engine.pipeline.PackedShapes;
import dev.framepack.weights.config.TransformerConfig;
import java.util.List;

/**
 * What a packing means for a video: what every section sees, and what a step costs.
 *
 * @param sampling as asked for
 * @param packing as sections have it, with the anchor a history policy asks for
 * @param schedule of the sections
 * @param bound the paper's bound on the context
 * @param latentHeight of the video
 * @param latentWidth of the video
 * @param untrained kernels the transformer has no weights for
 * @param contextTokens of the section that has most
 * @param generatedTokens of the frames being denoised
 * @param condition image and text tokens a step was counted with
 * @param passes of the network in a step: more than one with guidance
 * @param stepFlops additions and multiplications of one pass
 */
public record PackingReport(
    Sampling sampling,
    PackingNotation packing,
    SectionSchedule schedule,
    PackingBound bound,
    int latentHeight,
    int latentWidth,
    List<PatchKernel> untrained,
    long contextTokens,
    long generatedTokens,
    ConditionShape condition,
    int passes,
    long stepFlops) {
  private static final int PIXELS_PER_LATENT = 8;
  private static final ConditionShape USUAL_CONDITION = new ConditionShape(729, 256);

  /**
   * Plans without weights.
   *
   * @param request for its sampling, history policy, length and end image
   * @param size of the video, pixels
   * @param transformer whose kernels are looked up and whose steps are counted; {@link
   *     TransformerConfig#published()} for the released ones
   */
  public static PackingReport of(
      VideoRequest request, ImageSize size, TransformerConfig transformer) {
    PackedTransformer model = new PackedTransformer(transformer);
    SectionSchedule schedule = request.schedule();
    int height = size.height() / PIXELS_PER_LATENT;
    int width = size.width() / PIXELS_PER_LATENT;
    SectionPlan largest = schedule.plans().getFirst();
    for (SectionPlan plan : schedule.plans()) {
      largest = plan.tokens(height, width) > largest.tokens(height, width) ? plan : largest;
    }
    PackedShape shape = PackedShapes.of(largest, height, width);
    long generated = PatchKernel.FULL.tokens(largest.latentFrames(), height, width);
    return new PackingReport(
        request.sampling(),
        request.packing(),
        schedule,
        PackingBound.of(request.packing()),
        height,
        width,
        PackedShapes.untrained(request.sampling(), model),
        largest.tokens(height, width) - generated,
        generated,
        USUAL_CONDITION,
        GuidanceTerm.of(request.history(), request.secondPrompt() != null, request.trueCfgScale())
            .size(),
        model
            .step(shape, USUAL_CONDITION, new StepForm(false, request.history().isCausal()))
            .flops());
  }

  /** Size of the video, pixels. */
  public ImageSize size() {
    return new ImageSize(PIXELS_PER_LATENT * latentHeight, PIXELS_PER_LATENT * latentWidth);
  }

  /** Tokens of a full frame, L_f. */
  public long frameTokens() {
    return PatchKernel.FULL.tokens(1, latentHeight, latentWidth);
  }

  /** Tokens of a part of the context. */
  public long tokens(ContextPart part) {
    return part.tokens(latentHeight, latentWidth);
  }
}
