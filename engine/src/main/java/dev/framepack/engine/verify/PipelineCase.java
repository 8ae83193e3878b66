package dev.framepack.engine.verify;

import dev.framepack.engine.Profile;
import dev.framepack.engine.Sampling;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.image.ImageSize;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.packing.LatentVideo;
import dev.framepack.engine.packing.PatchKernel;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.pipeline.FramePackPipeline;
import dev.framepack.engine.pipeline.ModelParts;
import dev.framepack.engine.pipeline.PipelineObserver;
import dev.framepack.kernels.Backend;
import dev.framepack.weights.ModelFolders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * A whole video: {@code request.json} and its image to indices, latents of every section, frames.
 */
final class PipelineCase implements GoldenCase {
  private static final String REQUEST = "request.json";
  private static final String FRAMES = "frames";

  @Override
  public boolean recognises(Path folder) {
    return Files.isRegularFile(folder.resolve(REQUEST)) && CheckpointNearby.find(folder) != null;
  }

  @Override
  public boolean inHalfPrecision() {
    return false;
  }

  @Override
  public void run(Path folder, Subject subject, Report report) {
    Backend backend = subject.backend();
    GoldenTensors golden = new GoldenTensors(folder);
    VideoRequest request = request(folder);
    Recording recording = new Recording();
    try (ModelParts parts =
        ModelParts.load(
            ModelFolders.resolve(CheckpointNearby.require(folder)), backend, subject.precision())) {
      ImageSize size = FramePackPipeline.outputSize(request);
      int samples = 3 * size.height() * size.width();
      float[] frames = new float[Math.multiplyExact(request.outputFrames(), samples)];
      new FramePackPipeline(parts)
          .run(
              request,
              recording,
              (start, finished) ->
                  unitFrames(
                      HostValues.download(backend, finished), frames, start * samples, samples));
      recording.outputs.put(FRAMES, frames);
    }
    // Steps feed on each other's rounding, so half precision has figures here and no limit.
    double latentTolerance = subject.isHalf() ? Double.POSITIVE_INFINITY : MODULE_TOLERANCE;
    double frameTolerance = subject.isHalf() ? Double.POSITIVE_INFINITY : FRAME_TOLERANCE;
    for (String name : new TreeSet<>(golden.names())) {
      double tolerance =
          name.equals(FRAMES)
              ? frameTolerance
              : name.contains(".indices.") ? EXACT : latentTolerance;
      report.check(
          name, recording.outputs.getOrDefault(name, new float[0]), golden.floats(name), tolerance);
    }
  }

  /** Planes {@code [3, n, H, W]} around -1..1 to frames {@code [n, 3, H, W]} in 0..1. */
  private static void unitFrames(float[] planes, float[] frames, int offset, int samples) {
    int count = planes.length / samples;
    int plane = samples / 3;
    for (int c = 0; c < 3; c++) {
      for (int frame = 0; frame < count; frame++) {
        for (int i = 0; i < plane; i++) {
          frames[offset + frame * samples + c * plane + i] =
              Math.clamp(planes[(c * count + frame) * plane + i] / 2 + 0.5f, 0f, 1f);
        }
      }
    }
  }

  /** Everything a run makes, under the names of the golden data. */
  private static final class Recording implements PipelineObserver {
    final Map<String, float[]> outputs = new LinkedHashMap<>();

    @Override
    public void onStartLatent(Supplier<LatentVideo> latent) {
      outputs.put("start_latent", latent.get().values());
    }

    @Override
    public void onSection(SectionPlan plan) {
      String key = "section" + plan.number() + ".indices.";
      outputs.put(key + "latents", GoldenTensors.floats(plan.latentIndices()));
      outputs.put(key + "clean", GoldenTensors.floats(plan.indices(PatchKernel.FULL)));
      outputs.put(key + "2x", GoldenTensors.floats(plan.indices(PatchKernel.cube(2))));
      outputs.put(key + "4x", GoldenTensors.floats(plan.indices(PatchKernel.cube(4))));
    }

    @Override
    public void afterStep(SectionPlan plan, int step, Supplier<LatentVideo> state) {
      if (plan.isFirst() && step == 0) {
        outputs.put("step0.latents", state.get().values());
      }
    }

    @Override
    public void onSectionLatents(SectionPlan plan, Supplier<LatentVideo> latents) {
      outputs.put("section" + plan.number() + ".latents", latents.get().values());
    }
  }

  private static VideoRequest request(Path folder) {
    JsonNode json = JsonFiles.read(folder.resolve(REQUEST));
    boolean framepack = json.get("profile").asString().equals(Profile.FRAMEPACK.id());
    String sampling = json.get("sampling_type").asString();
    VideoRequest.Builder builder =
        VideoRequest.builder()
            .profile(framepack ? Profile.FRAMEPACK : Profile.DIFFUSERS)
            .sampling(sampling.equals("inverted_anti_drifting") ? Sampling.INVERTED : Sampling.F1)
            .image(Rgb8Image.read(folder.resolve(json.get("image").asString())))
            .prompt(json.get("prompt").asString())
            .steps(json.get("steps").asInt())
            .guidanceScale(json.get("guidance_scale").asDouble())
            .trueCfgScale(json.get("true_cfg_scale").asDouble())
            .seed(json.get("seed").asLong())
            .latentWindow(json.get("latent_window_size").asInt());
    ifGiven(json, "height", value -> builder.height(value.asInt()));
    ifGiven(json, "width", value -> builder.width(value.asInt()));
    ifGiven(json, "negative_prompt", value -> builder.negativePrompt(value.asString()));
    ifGiven(json, "seconds", value -> builder.seconds(value.asDouble()));
    ifGiven(json, "num_frames", value -> builder.frames(value.asInt()));
    ifGiven(json, "guidance_rescale", value -> builder.guidanceRescale(value.asDouble()));
    ifGiven(json, "teacache", value -> builder.teaCache(value.asDouble()));
    ifGiven(json, "shift", value -> builder.shift(value.asDouble()));
    ifGiven(
        json,
        "last_image",
        value -> builder.lastImage(Rgb8Image.read(folder.resolve(value.asString()))));
    return builder.build();
  }

  private interface Setter {
    Object set(JsonNode value);
  }

  private static void ifGiven(JsonNode json, String field, Setter setter) {
    JsonNode value = json.get(field);
    if (value != null && !value.isNull()) {
      setter.set(value);
    }
  }
}
