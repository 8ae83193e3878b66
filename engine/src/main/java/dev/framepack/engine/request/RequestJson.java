package dev.framepack.engine.request;

import static dev.framepack.engine.request.RequestField.flag;
import static dev.framepack.engine.request.RequestField.image;
import static dev.framepack.engine.request.RequestField.integer;
import static dev.framepack.engine.request.RequestField.named;
import static dev.framepack.engine.request.RequestField.number;
import static dev.framepack.engine.request.RequestField.of;
import static dev.framepack.engine.request.RequestField.text;
import static dev.framepack.engine.request.RequestField.whole;

import dev.framepack.engine.Profile;
import dev.framepack.engine.SamplerKind;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.VideoRequest.Builder;
import dev.framepack.engine.history.HistoryPolicy;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.json.JsonObject;
import dev.framepack.engine.sampler.cache.StepCache;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one codec of a request: its components by their names. What is written has them all, defaults
 * and absent ones (null) included; what is read may leave out what has a default. A request read
 * back equals the one written.
 */
public final class RequestJson {
  private static final List<RequestField> FIELDS =
      List.of(
          image("image", RequestJson::ownStartImage, Builder::image),
          image("lastImage", VideoRequest::lastImage, Builder::lastImage),
          new RequestField(
              "extension",
              (request, fileOf) -> TimelineJson.write(request.extension(), fileOf),
              (request, images, builder) ->
                  TimelineJson.readExtension(request, "extension", images)
                      .ifPresent(builder::extension)),
          new RequestField(
              "oneFrame",
              (request, fileOf) -> OneFrameJson.write(request.oneFrame(), fileOf),
              (request, images, builder) ->
                  OneFrameJson.read(request, "oneFrame", images).ifPresent(builder::oneFrame)),
          new RequestField(
              "sectionImages",
              (request, fileOf) -> TimelineJson.write(request.sectionImages(), fileOf),
              (request, images, builder) ->
                  builder.sectionImages(TimelineJson.readImages(request, "sectionImages", images))),
          of(
              "prompts",
              request -> TimelineJson.write(request.prompts()),
              TimelineJson::readPrompts,
              Builder::prompts),
          text("negativePrompt", VideoRequest::negativePrompt, Builder::negativePrompt),
          named("profile", Profile.values(), Profile::id, VideoRequest::profile, Builder::profile),
          of(
              "sampling",
              request -> SamplingJson.write(request.sampling()),
              SamplingJson::read,
              Builder::sampling),
          number("seconds", request -> orNull(request.seconds()), Builder::seconds),
          integer("frames", request -> orNull(request.frames()), Builder::frames),
          integer("steps", VideoRequest::steps, Builder::steps),
          whole("seed", VideoRequest::seed, Builder::seed),
          number("guidanceScale", VideoRequest::guidanceScale, Builder::guidanceScale),
          number("trueCfgScale", VideoRequest::trueCfgScale, Builder::trueCfgScale),
          number("guidanceRescale", VideoRequest::guidanceRescale, Builder::guidanceRescale),
          number("shift", request -> orNull(request.shift()), Builder::shift),
          named(
              "sampler",
              SamplerKind.values(),
              SamplerKind::id,
              VideoRequest::sampler,
              Builder::sampler),
          integer("latentWindow", VideoRequest::latentWindow, Builder::latentWindow),
          text(
              "stepCache",
              request -> request.stepCache().text(),
              (builder, text) -> builder.stepCache(StepCache.parse(text))),
          integer("height", request -> orNull(request.height()), Builder::height),
          integer("width", request -> orNull(request.width()), Builder::width),
          flag("vaeTiling", VideoRequest::vaeTiling, Builder::vaeTiling),
          text(
              "history",
              request -> request.history().toString(),
              (builder, text) -> builder.history(HistoryPolicy.parse(text))),
          number("uncertainty", VideoRequest::uncertainty, Builder::uncertainty));

  private static final List<String> NAMES = FIELDS.stream().map(RequestField::name).toList();

  private RequestJson() {}

  /** A video that goes on from a clip has no start image but the clip's. */
  private static @Nullable Rgb8Image ownStartImage(VideoRequest request) {
    return request.extension() == null ? request.image() : null;
  }

  /** Names of all fields, those of the components of {@link VideoRequest}. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * A request as a map ready for JSON.
   *
   * @param fileOf name of the file that holds a picture, if one does
   */
  public static Map<String, Object> write(
      VideoRequest request, Function<Rgb8Image, Optional<String>> fileOf) {
    Map<String, Object> values = new LinkedHashMap<>();
    FIELDS.forEach(field -> values.put(field.name(), field.write().value(request, fileOf)));
    return values;
  }

  /**
   * A builder with what a JSON object says; its {@code build()} checks the limits.
   *
   * @throws dev.framepack.engine.FramePackException for unknown fields, wrong types, names that
   *     stand for nothing, and pictures
   */
  public static Builder read(JsonObject request, ImageSource images) {
    request.requireOnly(NAMES);
    Builder builder = VideoRequest.builder();
    FIELDS.forEach(field -> field.read().read(request, images, builder));
    return builder;
  }

  /** As {@link #read}, refusing an object in which a field is missing. */
  public static VideoRequest readComplete(JsonObject request, ImageSource images) {
    request.requireNames(NAMES);
    return read(request, images).build();
  }

  private static @Nullable Object orNull(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  private static @Nullable Object orNull(OptionalInt value) {
    return value.isPresent() ? value.getAsInt() : null;
  }
}
