package dev.framepack.engine.pipeline;

import dev.framepack.engine.GenerationProgress.Phase;
import dev.framepack.engine.ModelMismatchException;
import dev.framepack.engine.Profile;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.history.HistoryFilter;
import dev.framepack.engine.history.HistoryFilters;
import dev.framepack.engine.image.Buckets;
import dev.framepack.engine.image.Framing;
import dev.framepack.engine.image.ImageSize;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.model.hunyuan.PackedTransformer;
import dev.framepack.engine.model.vae.VaeTiling;
import dev.framepack.engine.packing.LatentHistory;
import dev.framepack.engine.packing.SectionCount;
import dev.framepack.engine.packing.SectionSchedule;
import dev.framepack.engine.random.TorchRandom;
import dev.framepack.engine.sampler.DiffusionForcing;
import dev.framepack.engine.sampler.RollingDiffusion;
import dev.framepack.engine.sampler.SigmaSchedule;
import dev.framepack.engine.timeline.ClipExtension;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The whole way from a request to frames (paper section 3, spec sections 3-6, 9): encode prompt and
 * image once; then for each section in order of generation pack the history, denoise, decode, and
 * fade into its neighbour.
 */
public final class FramePackPipeline {
  private static final ImageSize DIFFUSERS_SIZE = new ImageSize(720, 1280);

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
    return run(request, observer, frames, SectionJournal.NONE);
  }

  /** Generates a video, of which a journal may know some sections and hears of the others. */
  public RunReport run(
      VideoRequest request,
      PipelineObserver observer,
      FrameStitcher.FrameConsumer frames,
      SectionJournal journal) {
    PackedTransformer transformer = parts.transformer().model();
    int channels = transformer.config().inChannels();
    return run(
        request,
        observer,
        frames,
        journal,
        HistoryFilters.of(request.history(), channels, request.seed()));
  }

  /**
   * Takes the memory of a run on a backend that computes nothing. Filters take none, and have
   * nothing to look at there.
   */
  public RunReport plan(
      VideoRequest request, PipelineObserver observer, FrameStitcher.FrameConsumer frames) {
    return run(request, observer, frames, SectionJournal.NONE, List.of());
  }

  private RunReport run(
      VideoRequest request,
      PipelineObserver observer,
      FrameStitcher.FrameConsumer frames,
      SectionJournal journal,
      List<HistoryFilter> filters) {
    PackedShapes.requireKernels(request.sampling(), parts.transformer().model());
    requireCacheable(request);
    ImageSize size = outputSize(request);
    SectionSchedule sections = request.schedule();
    LatentHistory history = new LatentHistory(sections);
    TorchRandom random = new TorchRandom(request.seed());

    observer.onPhase(Phase.ENCODE_IMAGE, 0);
    ImageStage images = new ImageStage(parts, request.profile(), tiling(request));
    Rgb8Image startImage = fit(request, request.image(), size);
    Rgb8Image endImage =
        request.lastImage() == null ? null : fit(request, request.lastImage(), size);
    Shape frame = images.latentShape(startImage); // [1, C, 1, h, w]
    try (LatentStore latents =
            new LatentStore(
                parts.backend(),
                frame,
                sections.latentWindow(),
                history,
                request.pictures().size());
        SectionSampling sampling = sampling(request, size, frame, sections.latentWindow())) {
      ClipStage clip = clip(request, size);
      if (clip == null) {
        images.latent(startImage, random, latents.start());
      } else {
        clip.encode(images, latents, history);
      }
      if (endImage != null) {
        images.latent(endImage, random, latents.end());
      }
      SectionPictures pictures =
          SectionPictures.encode(
              images,
              request.pictures().stream().map(image -> fit(request, image, size)).toList(),
              endImage,
              random,
              latents,
              parts,
              request.picturesOfSections());
      ImageConditioning imageTokens = images.embed(startImage, endImage);
      observer.onStartLatent(() -> LatentStore.download(parts.backend(), latents.start()));

      observer.onPhase(Phase.ENCODE_PROMPT, 0);
      GuidanceStage prompts =
          new GuidanceStage(parts, request, size, sections, pictures, sampling.levels());
      try (SectionLoop loop =
          new SectionLoop(
              parts,
              request,
              observer,
              frames,
              sections,
              sampling,
              random,
              latents,
              history,
              images,
              prompts,
              filters,
              journal,
              imageTokens,
              clip)) {
        return loop.run(size);
      }
    }
  }

  private void requireCacheable(VideoRequest request) {
    if (!request.stepCache().isNone() && !parts.transformer().model().canBeCached()) {
      throw new ModelMismatchException(
          "STEP_CACHE_BLOCKS",
          "step cache %s watches the first double-stream block, the transformer has none"
              .formatted(request.stepCache().text()),
          "choose step cache none",
          null);
    }
  }

  private static VaeTiling tiling(VideoRequest request) {
    return request.vaeTiling() ? VaeTiling.windowsAndTiles() : VaeTiling.windowsOnly();
  }

  private @Nullable ClipStage clip(VideoRequest request, ImageSize size) {
    ClipExtension extension = request.extension();
    return extension == null
        ? null
        : new ClipStage(
            parts.backend(),
            extension.context(request.packing(), request.latentWindow()).stream()
                .map(frame -> fit(request, frame, size))
                .toList(),
            SectionCount.framesOf(request.latentWindow()));
  }

  /** A picture at the size of the video, in the way of the request's profile. */
  public static Rgb8Image fit(VideoRequest request, Rgb8Image image, ImageSize size) {
    return framing(request).fit(image, size);
  }

  private static Framing framing(VideoRequest request) {
    return request.profile() == Profile.FRAMEPACK ? Framing.COVER_CROP : Framing.STRETCH;
  }

  private SectionSampling sampling(VideoRequest request, ImageSize size, Shape frame, int window) {
    Backend backend = parts.backend();
    return switch (request.sampler()) {
      case UNIPC_BH1, UNIPC_BH2, EULER ->
          new WholeSectionSampling(
              backend,
              request.sampler().sampler().orElseThrow(),
              schedule(request, size, window, request.steps()));
      case DIFFUSION_FORCING ->
          FrameWiseSampling.sections(
              backend,
              frame,
              DiffusionForcing.matrix(
                  schedule(request, size, window, request.steps()), window, request.uncertainty()));
      case ROLLING_DIFFUSION -> {
        int substeps = RollingDiffusion.substeps(request.steps(), window);
        RollingDiffusion rolling =
            new RollingDiffusion(
                schedule(request, size, window, window * substeps), window, substeps);
        yield FrameWiseSampling.rolling(backend, frame, rolling.start(), rolling.move());
      }
    };
  }

  /** Profile diffusers obeys the checkpoint's scheduler; a shift in the request wins over both. */
  private SigmaSchedule schedule(VideoRequest request, ImageSize size, int window, int steps) {
    PackedTransformer transformer = parts.transformer().model();
    int compression = parts.vae().model().config().spatialCompressionRatio();
    long tokens =
        transformer.patch().tokens(window, size.height() / compression, size.width() / compression);
    if (request.shift().isPresent()) {
      return SigmaSchedule.staticShift(steps, request.shift().getAsDouble());
    }
    if (request.profile() == Profile.DIFFUSERS && parts.scheduler().isPresent()) {
      var config = parts.scheduler().get();
      if (!config.useDynamicShifting()) {
        return SigmaSchedule.staticShift(steps, config.shift());
      }
      return SigmaSchedule.exponentialShift(
          steps,
          new SigmaSchedule.ShiftLine(
                  config.baseImageSeqLen(),
                  config.baseShift(),
                  config.maxImageSeqLen(),
                  config.maxShift())
              .mu(tokens));
    }
    return SigmaSchedule.exponentialShift(steps, SigmaSchedule.ShiftLine.STANDARD.mu(tokens));
  }
}
