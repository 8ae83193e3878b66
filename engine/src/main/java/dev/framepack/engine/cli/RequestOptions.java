package dev.framepack.engine.cli;

import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.Profile;
import dev.framepack.engine.SamplerKind;
import dev.framepack.engine.Sampling;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.history.HistoryPolicy;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.packing.PackingNotation;
import dev.framepack.engine.request.OutputMetadata;
import dev.framepack.engine.sampler.cache.StepCache;
import dev.framepack.engine.timeline.ClipExtension;
import dev.framepack.engine.timeline.OneFrame;
import dev.framepack.engine.timeline.SectionImages;
import dev.framepack.engine.video.ClipReader;
import java.lang.System.Logger.Level;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What decides a video: one option per field of {@link VideoRequest}. */
final class RequestOptions {
  private static final BigInteger MIN_SEED = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MAX_SEED = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

  @Option(
      names = "--like",
      paramLabel = "FILE",
      description =
          "Make it as this output was made, by the JSON beside it or inside; further options win.")
  @Nullable Path like;

  @Option(names = "--image", paramLabel = "FILE", description = "Start image: PNG, JPEG or WebP.")
  @Nullable Path image;

  @Option(
      names = "--last-image",
      paramLabel = "FILE",
      description = "End image; where the last section is made first, as in sampling inverted.")
  @Nullable Path lastImage;

  @Option(
      names = "--one-frame",
      paramLabel = "OPTIONS",
      description =
          "Make one frame, --output NAME.png, in place of a video: default or any of"
              + " target_index=N, control_index=N;N..., no_2x, no_4x, no_post with commas between.")
  @Nullable String oneFrame;

  @Option(
      names = "--control-image",
      paramLabel = "FILE",
      description = "What --one-frame sees, once for each; default: --image.")
  List<Path> controlImages = new ArrayList<>();

  @Option(
      names = "--extend",
      paramLabel = "CLIP",
      description =
          "Go on from a clip, in --image's place: a folder of PNG files, .y4m, or what ffmpeg"
              + " reads.")
  @Nullable Path extend;

  @Option(names = "--with-clip", description = "Write the clip of --extend in front.")
  boolean withClip;

  @Option(
      names = "--section-image",
      paramLabel = "SECTIONS:FILE",
      description =
          "Start images of sections in order of time, as 1:a.png;;;2-3:b.png;;;-1:c.png; the"
              + " others have --image.")
  @Nullable String sectionImages;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description =
          "What happens; for each section as 0:text;;;1-3:text;;;-1:text or"
              + " [0s-2s: text] [2s: text].")
  @Nullable String prompt;

  @Option(
      names = "--blend-sections",
      paramLabel = "N",
      description = "Spread each change of prompt over so many sections, default 0: at once.")
  int blendSections;

  @Option(
      names = "--negative-prompt",
      paramLabel = "TEXT",
      description = "What should not happen; read when --cfg is not 1.")
  @Nullable String negativePrompt;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "Whose details to follow: framepack (default) or diffusers.")
  @Nullable String profile;

  @Mixin SamplingOptions sampling = new SamplingOptions();

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Length, 0.1 to 120, default 5; profile framepack.")
  @Nullable Double seconds;

  @Option(
      names = "--frames",
      paramLabel = "N",
      description = "Length in frames, default 129; profile diffusers.")
  @Nullable Integer frames;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Model evaluations per section, 1 to 100; default 25, diffusers 50.")
  @Nullable Integer steps;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Any 64-bit number, its low 32 bits count; default 31337, diffusers random.")
  @Nullable String seed;

  @Option(
      names = "--guidance",
      paramLabel = "G",
      description = "Distilled guidance scale, 0 to 32; default 10, diffusers 6.")
  @Nullable Double guidance;

  @Option(
      names = "--cfg",
      paramLabel = "C",
      description = "True classifier-free guidance, 0 to 32; default 1: off.")
  @Nullable Double cfg;

  @Option(
      names = "--guidance-rescale",
      paramLabel = "R",
      description = "Rescale of --cfg, 0 to 1, default 0; profile framepack.")
  @Nullable Double guidanceRescale;

  @Option(
      names = "--shift",
      paramLabel = "F",
      description = "Timestep shift; default: from the number of tokens.")
  @Nullable Double shift;

  @Option(
      names = "--sampler",
      paramLabel = "NAME",
      description =
          "unipc-bh1 (default), unipc-bh2, euler (default of diffusers), diffusion-forcing or"
              + " rolling-diffusion.")
  @Nullable String sampler;

  @Option(
      names = "--latent-window",
      paramLabel = "W",
      description = "Latent frames per section, 1 to 33, default 9; --packing says its own.")
  @Nullable Integer latentWindow;

  @Option(
      names = "--teacache",
      arity = "0..1",
      fallbackValue = "0.15",
      paramLabel = "THRESHOLD",
      description = "As --step-cache teacache:THRESHOLD.")
  @Nullable Double teaCache;

  @Option(
      names = "--step-cache",
      paramLabel = "CACHE",
      description =
          "Leave out blocks where little changes: teacache:0.15, fbcache:0.05,"
              + " magcache:0.1,2,0.25 (error, steps in a row, share of steps kept),"
              + " magcache:...@1/1.3/... with ratios of your own, magcache:calibrate to measure"
              + " them; default none.")
  @Nullable String stepCache;

  @Option(names = "--width", paramLabel = "PX", description = "16 to 8192, a multiple of 16.")
  @Nullable Integer width;

  @Option(names = "--height", paramLabel = "PX", description = "16 to 8192, a multiple of 16.")
  @Nullable Integer height;

  @Option(
      names = "--vae-tiling",
      description = "Decode in tiles: less memory, slightly different pixels.")
  boolean vaeTiling;

  /**
   * A builder with what was given.
   *
   * @throws InvalidRequestException when a name or number is not understood
   */
  VideoRequest.Builder toBuilder() {
    OutputMetadata made = like == null ? null : OutputMetadata.read(like);
    VideoRequest.Builder builder =
        made == null ? VideoRequest.builder() : made.toBuilder(replaced());
    set(image, path -> builder.image(Rgb8Image.read(path)));
    set(lastImage, path -> builder.lastImage(Rgb8Image.read(path)));
    set(
        oneFrame,
        text ->
            builder.oneFrame(
                OneFrame.parse(text, controlImages.stream().map(Rgb8Image::read).toList())));
    if (oneFrame == null && !controlImages.isEmpty()) {
      builder.alsoCheck(List.of("--control-image belongs to --one-frame"));
    }
    Sampling base = made == null ? Sampling.INVERTED : made.sampling();
    set(extend, path -> builder.extension(extension(path, base)));
    if (withClip && extend == null) {
      builder.alsoCheck(List.of("--with-clip belongs to --extend"));
    }
    set(sectionImages, text -> builder.sectionImages(SectionImages.read(text)));
    set(prompt, text -> builder.prompts(text, blendSections));
    set(negativePrompt, builder::negativePrompt);
    set(profile, name -> builder.profile(named("--profile", name, Profile.values(), Profile::id)));
    if (sampling.changesSampling()) {
      builder.sampling(sampling.sampling(base));
    }
    set(sampling.history, text -> builder.history(HistoryPolicy.parse(text)));
    set(sampling.uncertainty, builder::uncertainty);
    set(
        sampler,
        name -> builder.sampler(named("--sampler", name, SamplerKind.values(), SamplerKind::id)));
    set(seconds, builder::seconds);
    set(frames, builder::frames);
    set(steps, builder::steps);
    set(seed, text -> builder.seed(seed(text)));
    set(guidance, builder::guidanceScale);
    set(cfg, builder::trueCfgScale);
    set(guidanceRescale, builder::guidanceRescale);
    set(shift, builder::shift);
    set(latentWindow, builder::latentWindow);
    set(teaCache, builder::teaCache);
    set(stepCache, text -> builder.stepCache(StepCache.parse(text)));
    if (teaCache != null && stepCache != null) {
      builder.alsoCheck(List.of("--teacache and --step-cache say the same thing, give one"));
    }
    set(width, builder::width);
    set(height, builder::height);
    return vaeTiling ? builder.vaeTiling(true) : builder;
  }

  /** What of another request options replace as a whole, or make meaningless. */
  private List<String> replaced() {
    List<String> names = new ArrayList<>();
    if (image != null || extend != null) {
      names.addAll(List.of("image", "extension"));
    }
    if (lastImage != null) {
      names.add("lastImage");
    }
    if (oneFrame != null) {
      names.add("oneFrame");
    }
    if (sectionImages != null) {
      names.add("sectionImages");
    }
    if (profile != null) {
      names.addAll(List.of("seconds", "frames"));
    }
    if (sampling.packing != null) {
      names.add("latentWindow");
    }
    return names;
  }

  private ClipExtension extension(Path clip, Sampling base) {
    PackingNotation packing = sampling.sampling(base).packing();
    int window =
        latentWindow != null
            ? Math.clamp(latentWindow, 1, 33)
            : packing.generatedFrames().orElse(1);
    int most = withClip ? ClipExtension.MAX_FRAMES : ClipExtension.usefulFrames(packing, window);
    return new ClipExtension(ClipReader.read(clip, most), withClip);
  }

  private interface Setter<T> {
    Object set(T value);
  }

  private static <T> void set(@Nullable T value, Setter<T> setter) {
    if (value != null) {
      setter.set(value);
    }
  }

  static <T> T named(String option, String name, T[] values, Function<T, String> id) {
    Optional<T> found = Arrays.stream(values).filter(v -> id.apply(v).equals(name)).findFirst();
    return found.orElseThrow(() ->
        invalid(
            "%s must be one of %s, found %s"
                .formatted(
                    option, String.join(", ", Arrays.stream(values).map(id).toList()), name)));
  }

  private static long seed(String text) {
    try {
      BigInteger value = new BigInteger(text);
      if (value.compareTo(MIN_SEED) >= 0 && value.compareTo(MAX_SEED) <= 0) {
        long seed = value.longValue();
        if (Long.compareUnsigned(seed, 0xFFFF_FFFFL) > 0) {
          System.getLogger(RequestOptions.class.getName())
              .log(
                  Level.WARNING,
                  "seed {0}: only the low 32 bits count, same as seed {1}",
                  value.toString(),
                  Long.toString(seed & 0xFFFF_FFFFL));
        }
        return seed;
      }
    } catch (NumberFormatException e) {
      throw invalid("--seed must be a whole number of 64 bits, found " + text);
    }
    throw invalid("--seed must be a whole number of 64 bits, found " + text);
  }

  private static InvalidRequestException invalid(String fault) {
    return new InvalidRequestException(
        "REQUEST_INVALID", fault, "correct the option; nothing was started", null);
  }
}
