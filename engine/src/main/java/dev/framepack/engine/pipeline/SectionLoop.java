package dev.framepack.engine.pipeline;

import dev.framepack.engine.GenerationProgress.Phase;
import dev.framepack.engine.NumericException;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.history.HistoryFilter;
import dev.framepack.engine.history.HistoryRule;
import dev.framepack.engine.image.ImageSize;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.model.hunyuan.PackedShape;
import dev.framepack.engine.model.vae.VaeCodec;
import dev.framepack.engine.packing.DecodeWindow;
import dev.framepack.engine.packing.LatentHistory;
import dev.framepack.engine.packing.LatentVideo;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.packing.SectionSchedule;
import dev.framepack.engine.packing.SectionSchedule.Direction;
import dev.framepack.engine.random.TorchRandom;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sections of a video, one after the other: pack the history, denoise, decode what can be
 * decoded, fade into the neighbour (spec section 4).
 */
final class SectionLoop implements AutoCloseable {
  // History noise must not shift the sections' noise, which is PyTorch's for the seed.
  private static final long HISTORY_STREAM = 0x9E3779B9L;

  private final ModelParts parts;
  private final VideoRequest request;
  private final PipelineObserver observer;
  private final SectionSchedule schedule;
  private final SectionSampling sampling;
  private final TorchRandom random;
  private final TorchRandom historyRandom;
  private final LatentStore latents;
  private final LatentHistory history;
  private final ImageStage images;
  private final GuidanceStage prompts;
  private final List<HistoryFilter> filters;
  private final SectionJournal journal;
  private final VaeCodec decoder;
  private final FrameStitcher stitcher;
  private final @Nullable ClipStage clip;
  private ImageConditioning imageTokens;
  private @Nullable SectionDenoiser denoiser;
  private final StepTally tally = new StepTally();
  private long denoiseBytes;
  private int sectionInWork = -1;
  private int stepsOfSection;

  SectionLoop(
      ModelParts parts,
      VideoRequest request,
      PipelineObserver observer,
      FrameStitcher.FrameConsumer frames,
      SectionSchedule schedule,
      SectionSampling sampling,
      TorchRandom random,
      LatentStore latents,
      LatentHistory history,
      ImageStage images,
      GuidanceStage prompts,
      List<HistoryFilter> filters,
      SectionJournal journal,
      ImageConditioning imageTokens,
      @Nullable ClipStage clip) {
    this.parts = parts;
    this.request = request;
    this.observer = observer;
    this.schedule = schedule;
    this.sampling = sampling;
    this.random = random;
    this.historyRandom = new TorchRandom(request.seed() + HISTORY_STREAM);
    this.latents = latents;
    this.history = history;
    this.images = images;
    this.prompts = prompts;
    this.imageTokens = imageTokens;
    this.clip = clip;
    prompts.guidance(schedule.plans().getFirst(), imageTokens); // before the decoder takes memory
    Shape frame = latents.start().shape(); // [1, C, 1, h, w]
    this.filters = filters;
    this.journal = journal;
    this.decoder = images.codec();
    this.stitcher =
        new FrameStitcher(
            parts.backend(),
            schedule.direction(),
            schedule.latentWindow(),
            schedule.decodedFrames(),
            decoder.pixelShape(frame),
            frames);
  }

  RunReport run(ImageSize size) {
    appendClip(Direction.FIRST_TO_LAST);
    for (SectionPlan plan : schedule.plans()) {
      make(plan);
      if (!filters.isEmpty()) {
        LatentVideo finished = finished(plan);
        filters.forEach(filter -> filter.onFinished(finished, plan.firstFrame()));
      }
      if (!plan.decodes().isEmpty()) {
        observer.onPhase(Phase.DECODE, plan.section());
      }
      for (DecodeWindow window : plan.decodes()) {
        decode(plan, window);
      }
      latents.keep(history.advance(plan));
    }
    appendClip(Direction.LAST_TO_FIRST);
    observer.onPhase(Phase.DONE, schedule.sections() - 1);
    return new RunReport(
        size,
        parts.weightBytes(),
        denoiseBytes,
        decoder.peakArenaBytes(),
        parts.backend().workspaceBytes(),
        prompts.peakTableBytes(),
        tally.counts());
  }

  /** The clip comes before the first section and after the last, as decoding goes. */
  private void appendClip(Direction direction) {
    if (clip != null && schedule.direction() == direction) {
      clip.append(stitcher, schedule.clipWindow());
    }
  }

  private LatentVideo finished(SectionPlan plan) {
    return LatentStore.download(parts.backend(), latents.section()).first(plan.finishedFrames());
  }

  /** Denoises a plan, or takes what an earlier run left of it. */
  private void make(SectionPlan plan) {
    observer.onSection(plan);
    int evaluations = sampling.evaluations(plan);
    if (plan.section() != sectionInWork) {
      sectionInWork = plan.section();
      stepsOfSection = 0;
      observer.onEvaluations(evaluations(plan.section()));
      observer.onPhase(Phase.DENOISE, plan.section());
    }
    Optional<SectionJournal.Entry> made = journal.find(plan);
    if (made.isPresent()) {
      restore(made.get());
    } else {
      denoise(plan, evaluations);
      journal.add(plan, this::entry);
    }
    stepsOfSection += evaluations;
    observer.onSectionLatents(plan, () -> finished(plan));
  }

  private void restore(SectionJournal.Entry made) {
    HostValues.upload(parts.backend(), made.window().values(), latents.section());
    sampling.restore(latents);
    random.moveTo(made.noise());
    historyRandom.moveTo(made.historyNoise());
  }

  private SectionJournal.Entry entry() {
    return new SectionJournal.Entry(
        LatentStore.download(parts.backend(), latents.section()),
        random.snapshot(),
        historyRandom.snapshot());
  }

  private void denoise(SectionPlan plan, int evaluations) {
    SectionDenoiser network = denoiser(plan);
    network.beginSection(plan, history, latents, evaluations);
    int stepsBefore = stepsOfSection;
    sampling.sample(
        plan,
        network,
        latents,
        random,
        new SectionSampling.StepObserver() {
          @Override
          public void before(int step) {
            observer.beforeStep(plan, stepsBefore + step);
          }

          @Override
          public void after(int step, Supplier<LatentVideo> state) {
            observer.afterStep(plan, stepsBefore + step, state);
          }
        });
    requireFinite(network.isFinite(latents.section()), plan);
  }

  /** Of all plans of a section. */
  private int evaluations(int section) {
    return schedule.plans().stream()
        .filter(plan -> plan.section() == section)
        .mapToInt(sampling::evaluations)
        .sum();
  }

  /**
   * The network for a plan's shape, which changes with the frames of a tail that is kept and with
   * the tokens of the prompt.
   */
  private SectionDenoiser denoiser(SectionPlan plan) {
    Shape frame = latents.start().shape(); // [1, C, 1, h, w]
    PackedShape shape = PackedShapes.of(plan, frame.size(3), frame.size(4));
    Guidance guidance = prompts.guidance(plan, imageTokens);
    SectionDenoiser current = denoiser;
    if (current != null && current.serves(shape, guidance)) {
      current.condition(guidance);
      return current;
    }
    if (current != null) {
      denoiser = null;
      current.close();
    }
    SectionDenoiser built =
        new SectionDenoiser(
            parts.transformer().model(),
            parts.transformer().weights(),
            parts.backend(),
            shape,
            prompts.form(),
            guidance,
            filters,
            historyRandom,
            tally);
    denoiser = built;
    denoiseBytes = Math.max(denoiseBytes, built.arenaBytes());
    return built;
  }

  private void decode(SectionPlan plan, DecodeWindow window) {
    Shape frame = latents.start().shape(); // [1, C, 1, h, w]
    List<LatentHistory.Run> runs = history.runs(window, plan);
    CompiledGraph decode = decoder.decoder(frame.with(FrameJoin.FRAMES, window.frames()));
    latents.join(decode.input(VaeCodec.LATENTS), runs);
    decode.run();
    Tensor pixels = decode.output(VaeCodec.PIXELS); // [1, 3, T, H, W]
    observer.onSectionPixels(window, pixels);
    stitcher.append(window, pixels);
    if (request.history().has(HistoryRule.RepeatImageToVideo.class) && !window.isLast()) {
      beginAgain(pixels);
    }
  }

  /** The last frame becomes the start image of what follows. */
  private void beginAgain(Tensor pixels) {
    Rgb8Image last =
        RgbFrames.image(
            parts.backend(),
            pixels,
            pixels.shape().size(FrameJoin.FRAMES) - 1,
            RgbFrames.rounding(request.profile()));
    images.latent(last, random, latents.start());
    imageTokens = images.embed(last, null);
  }

  private static void requireFinite(boolean finite, SectionPlan plan) {
    if (!finite) {
      throw new NumericException(
          "NUMERIC_NON_FINITE",
          "section %s of %s: the latents hold NaN or infinity"
              .formatted(plan.number() + 1, plan.plans()),
          "check the weights with inspect, or change seed, guidance or cfg",
          null);
    }
  }

  @Override
  public void close() {
    if (denoiser != null) {
      denoiser.close();
    }
    stitcher.close();
    decoder.close();
  }
}
