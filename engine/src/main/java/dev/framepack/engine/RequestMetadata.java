package dev.framepack.engine;

import dev.framepack.engine.image.ImageSize;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.pipeline.ModelParts;
import dev.framepack.engine.request.OutputMetadata;
import dev.framepack.engine.request.RequestJson;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

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
    made.put("generator", OutputMetadata.GENERATOR);
    made.put("format", OutputMetadata.FORMAT);
    made.put("version", version());
    made.put(OutputMetadata.REQUEST, RequestJson.write(request, Rgb8Image::fileName));
    made.put("width", size.width());
    made.put("height", size.height());
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

  private static Map<String, Object> lora(ModelIdentity.MergedLora lora) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("file", lora.file());
    values.put("sha256", lora.sha256());
    values.put("strength", lora.strength());
    return Collections.unmodifiableMap(values);
  }

  static String version() {
    String version = RequestMetadata.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
