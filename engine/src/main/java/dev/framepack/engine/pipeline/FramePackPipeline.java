package dev.framepack.engine.pipeline;

import dev.framepack.engine.GenerationProgress.Phase;
import dev.framepack.engine.NumericException;
import dev.framepack.engine.Profile;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.image.Buckets;
import dev.framepack.engine.image.Framing;
import dev.framepack.engine.image.ImageSize;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.model.hunyuan.PackedShape;
import dev.framepack.engine.model.hunyuan.PackedTransformer;
import dev.framepack.engine.model.vae.VaeCodec;
import dev.framepack.engine.model.vae.VaeTiling;
import dev.framepack.engine.packing.LatentHistory;
import dev.framepack.engine.packing.SectionOrder;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.random.TorchRandom;
import dev.framepack.engine.sampler.SigmaSchedule;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The whole way from a request to frames (paper section 3, spec sections 3-6, 9): encode prompt and
 * image once; then for each section in order of generation pack the history, denoise, decode, and
 * fade into its neighbour.
 */
public final class FramePackPipeline {
  private static final ImageSize DIFFUSERS_SIZE = new ImageSize(720, 1280);
  private static final String NO_NEGATIVE_PROMPT = "";

  private final ModelParts parts;

  public FramePackPipeline(ModelParts parts) {
    this.parts = parts;
  }

  /** The size of the video a request asks for, pixels. */
  public static ImageSize outputSize(VideoRequest request) {
    if (request.height().isPresent()) {
      return new ImageSize(request.height().getAsInt(), request.width().orElseThrow());
    }
    return request.profile() == Profile.DIFFUSERS
        ? DIFFUSERS_SIZE
        : Buckets.nearest(new ImageSize(request.image().height(), request.image().width()));
  }

  /**
   * Generates a video.
   *
   * @param frames takes every frame once, as soon as it is final
   * @throws dev.framepack.engine.FramePackException when the run fails or the observer stops it
   */
  public RunReport run(
      VideoRequest request, PipelineObserver observer, FrameStitcher.FrameConsumer frames) {
    ImageSize size = outputSize(request);
    SectionOrder order = request.sampling().order();
    TorchRandom random = new TorchRandom(request.seed());
    SigmaSchedule schedule = schedule(request, size);

    observer.onPhase(Phase.ENCODE_IMAGE, 0);
    ImageStage images = new ImageStage(parts, request.profile(), tiling(request));
    Rgb8Image startImage = framing(request).fit(request.image(), size);
    Rgb8Image endImage =
        request.lastImage() == null ? null : framing(request).fit(request.lastImage(), size);
    LatentHistory history = new LatentHistory(order, request.latentWindow(), endImage != null);
    Shape frame = images.latentShape(startImage); // [1, C, 1, h, w]
    try (LatentStore latents =
        new LatentStore(parts.backend(), frame, request.latentWindow(), history)) {
      images.latent(startImage, random, latents.start());
      if (endImage != null) {
        images.latent(endImage, random, latents.end());
      }
      if (order == SectionOrder.FORWARD) {
        latents.keepStart();
      }
      ImageConditioning imageTokens = images.embed(startImage, endImage);
      observer.onStartLatent(() -> LatentStore.download(parts.backend(), latents.start()));

      observer.onPhase(Phase.ENCODE_PROMPT, 0);
      SectionDenoiser.Guidance guidance = guidance(request, schedule, imageTokens);
      return sections(request, observer, frames, schedule, random, latents, history, guidance);
    }
  }

  private RunReport sections(
      VideoRequest request,
      PipelineObserver observer,
      FrameStitcher.FrameConsumer frames,
      SigmaSchedule schedule,
      TorchRandom random,
      LatentStore latents,
      LatentHistory history,
      SectionDenoiser.Guidance guidance) {
    Backend backend = parts.backend();
    ImageSize size = outputSize(request);
    SectionOrder order = request.sampling().order();
    Shape frame = latents.start().shape(); // [1, C, 1, h, w]
    try (SectionDenoiser denoiser = denoiser(request, frame, schedule, guidance);
        VaeCodec decoder =
            new VaeCodec(parts.vae().model(), backend, parts.vae().weights(), tiling(request));
        FrameStitcher stitcher =
            new FrameStitcher(
                backend,
                order,
                request.latentWindow(),
                request.outputFrames(),
                decoder.pixelShape(frame),
                frames)) {
      for (SectionPlan plan : order.plan(request.sections(), request.latentWindow())) {
        observer.onSection(plan);
        observer.onPhase(Phase.DENOISE, plan.number());
        denoiser.denoise(
            plan,
            history.context(plan),
            latents,
            random.randn(latents.section().shape().elementCount()),
            step -> observer.beforeStep(plan, step),
            (state, step) -> observer.afterStep(plan, step, state));
        requireFinite(denoiser.isFinite(latents.section()), plan);
        observer.onSectionLatents(plan, () -> LatentStore.download(backend, latents.section()));

        observer.onPhase(Phase.DECODE, plan.number());
        LatentHistory.Update update = history.append(plan);
        CompiledGraph decode =
            decoder.decoder(frame.with(FrameJoin.FRAMES, LatentHistory.frames(update.decoded())));
        latents.join(decode.input(VaeCodec.LATENTS), update.decoded());
        latents.keep(update.kept());
        decode.run();
        Tensor pixels = decode.output(VaeCodec.PIXELS); // [1, 3, T, H, W]
        observer.onSectionPixels(plan, pixels);
        stitcher.append(plan, pixels);
      }
      observer.onPhase(Phase.DONE, request.sections() - 1);
      return new RunReport(
          size,
          parts.weightBytes(),
          denoiser.arenaBytes(),
          decoder.peakArenaBytes(),
          parts.backend().workspaceBytes());
    }
  }

  private static VaeTiling tiling(VideoRequest request) {
    return request.vaeTiling() ? VaeTiling.windowsAndTiles() : VaeTiling.windowsOnly();
  }

  private static Framing framing(VideoRequest request) {
    return request.profile() == Profile.FRAMEPACK ? Framing.COVER_CROP : Framing.STRETCH;
  }

  /** Profile diffusers obeys the checkpoint's scheduler; a shift in the request wins over both. */
  private SigmaSchedule schedule(VideoRequest request, ImageSize size) {
    PackedTransformer transformer = parts.transformer().model();
    int compression = parts.vae().model().config().spatialCompressionRatio();
    long tokens =
        transformer
            .patch()
            .tokens(
                request.latentWindow(), size.height() / compression, size.width() / compression);
    if (request.shift().isPresent()) {
      return SigmaSchedule.staticShift(request.steps(), request.shift().getAsDouble());
    }
    if (request.profile() == Profile.DIFFUSERS && parts.scheduler().isPresent()) {
      var config = parts.scheduler().get();
      if (!config.useDynamicShifting()) {
        return SigmaSchedule.staticShift(request.steps(), config.shift());
      }
      return SigmaSchedule.exponentialShift(
          request.steps(),
          new SigmaSchedule.ShiftLine(
                  config.baseImageSeqLen(),
                  config.baseShift(),
                  config.maxImageSeqLen(),
                  config.maxShift())
              .mu(tokens));
    }
    return SigmaSchedule.exponentialShift(
        request.steps(), SigmaSchedule.ShiftLine.STANDARD.mu(tokens));
  }

  private SectionDenoiser.Guidance guidance(
      VideoRequest request, SigmaSchedule schedule, ImageConditioning image) {
    PromptStage prompts = new PromptStage(parts);
    String negative = negativePrompt(request);
    return new SectionDenoiser.Guidance(
        conditioning(request, prompts.encode(request.prompt()), image, schedule),
        negative == null ? null : conditioning(request, prompts.encode(negative), image, schedule),
        request.trueCfgScale(),
        request.guidanceRescale(),
        request.teaCacheThreshold());
  }

  /** The prompt of the second pass, or null when there is none (spec section 3). */
  private static @Nullable String negativePrompt(VideoRequest request) {
    return switch (request.profile()) {
      case FRAMEPACK ->
          request.trueCfgScale() == 1
              ? null
              : request.negativePrompt() == null ? NO_NEGATIVE_PROMPT : request.negativePrompt();
      case DIFFUSERS -> request.trueCfgScale() > 1 ? request.negativePrompt() : null;
    };
  }

  private StepConditioning conditioning(
      VideoRequest request,
      PromptConditioning prompt,
      ImageConditioning image,
      SigmaSchedule schedule) {
    return StepConditioning.compute(
        parts.transformer().model(),
        parts.transformer().weights(),
        parts.backend(),
        prompt,
        image,
        schedule,
        request.guidanceScale());
  }

  private SectionDenoiser denoiser(
      VideoRequest request,
      Shape frame,
      SigmaSchedule schedule,
      SectionDenoiser.Guidance guidance) {
    PackedShape shape =
        new PackedShape(
            1,
            request.latentWindow(),
            frame.size(3),
            frame.size(4),
            1 + SectionPlan.HISTORY_1X,
            SectionPlan.HISTORY_2X,
            SectionPlan.HISTORY_4X);
    return new SectionDenoiser(
        parts.transformer().model(),
        parts.transformer().weights(),
        parts.backend(),
        shape,
        schedule,
        request.sampler().sampler(),
        guidance);
  }

  private static void requireFinite(boolean finite, SectionPlan plan) {
    if (!finite) {
      throw new NumericException(
          "NUMERIC_NON_FINITE",
          "section %d of %d: the latents hold NaN or infinity"
              .formatted(plan.number() + 1, plan.sections()),
          "check the weights with inspect, or change seed, guidance or cfg",
          null);
    }
  }
}
