package dev.framepack.engine;

import dev.framepack.engine.image.ImageSize;
import dev.framepack.engine.pipeline.ModelParts;
import dev.framepack.engine.timeline.SectionImage;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a video was made, in a form that can be written beside it and read back. */
final class RequestMetadata {
  private RequestMetadata() {}

  static Map<String, Object> of(
      VideoRequest request,
      ImageSize size,
      ModelIdentity identity,
      ModelParts parts,
      String backend) {
    Map<String, Object> made = new LinkedHashMap<>();
    made.put("generator", "framepack-jvm");
    made.put("version", version());
    made.put("request", request(request, size));
    made.put("sections", request.sections());
    made.put("frames", request.outputFrames());
    made.put("backend", backend);
    made.put("precision", parts.precision());
    made.put("modelSha256", identity.sha256ByFile());
    if (!identity.loras().isEmpty()) {
      made.put("loras", identity.loras().stream().map(RequestMetadata::lora).toList());
    }
    return Collections.unmodifiableMap(made);
  }

  private static Map<String, Object> request(VideoRequest request, ImageSize size) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("profile", request.profile().id());
    values.put("sampling", request.sampling().id());
    values.put("packing", request.packing().toString());
    values.put("order", request.sampling().order().toString());
    values.put("gaps", request.sampling().gaps().toString());
    values.put("initialiseKernels", request.sampling().initialiseKernels());
    values.put("history", request.history().toString());
    values.put(request.prompts().isPlain() ? "prompt" : "prompts", request.prompt());
    if (request.prompts().blendSections() > 0) {
      values.put("blendSections", request.prompts().blendSections());
    }
    putIfSet(values, "negativePrompt", request.negativePrompt());
    request.seconds().ifPresent(value -> values.put("seconds", value));
    request.frames().ifPresent(value -> values.put("frames", value));
    values.put("steps", request.steps());
    values.put("seed", request.seed());
    values.put("guidanceScale", request.guidanceScale());
    values.put("trueCfgScale", request.trueCfgScale());
    values.put("guidanceRescale", request.guidanceRescale());
    request.shift().ifPresent(value -> values.put("shift", value));
    values.put("sampler", request.sampler().id());
    if (request.sampler() == SamplerKind.DIFFUSION_FORCING) {
      values.put("uncertainty", request.uncertainty());
    }
    values.put("latentWindow", request.latentWindow());
    if (!request.stepCache().isNone()) {
      values.put("stepCache", request.stepCache().text());
    }
    values.put("height", size.height());
    values.put("width", size.width());
    values.put("vaeTiling", request.vaeTiling());
    values.put("lastImage", request.lastImage() != null);
    if (request.oneFrame() != null) {
      values.put("oneFrame", request.oneFrame().text());
      values.put("controlImages", request.oneFrame().controls().size());
    }
    if (request.extension() != null) {
      values.put("extendedClipFrames", request.extension().clip().size());
      values.put("withClip", request.extension().withClip());
    }
    if (!request.sectionImages().images().isEmpty()) {
      values.put(
          "sectionImages",
          request.sectionImages().images().stream().map(SectionImage::sections).toList());
    }
    return Collections.unmodifiableMap(values);
  }

  private static Map<String, Object> lora(ModelIdentity.MergedLora lora) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("file", lora.file());
    values.put("sha256", lora.sha256());
    values.put("strength", lora.strength());
    return Collections.unmodifiableMap(values);
  }

  private static void putIfSet(Map<String, Object> values, String name, @Nullable String value) {
    if (value != null) {
      values.put(name, value);
    }
  }

  private static String version() {
    String version = RequestMetadata.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
