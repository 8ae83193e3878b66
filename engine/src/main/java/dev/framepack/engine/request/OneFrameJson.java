package dev.framepack.engine.request;

import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.json.JsonObject;
import dev.framepack.engine.timeline.OneFrame;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The wish for one frame in JSON: its options as text, and the control images. */
final class OneFrameJson {
  private static final String OPTIONS = "options";
  private static final String CONTROLS = "controls";
  private static final List<String> NAMES = List.of(OPTIONS, CONTROLS);

  private OneFrameJson() {}

  static @Nullable Map<String, Object> write(
      @Nullable OneFrame oneFrame, Function<Rgb8Image, Optional<String>> fileOf) {
    if (oneFrame == null) {
      return null;
    }
    Map<String, Object> values = new LinkedHashMap<>();
    values.put(OPTIONS, oneFrame.text());
    values.put(
        CONTROLS,
        oneFrame.controls().stream()
            .map(image -> ImageReference.write(image, fileOf.apply(image)))
            .toList());
    return values;
  }

  static Optional<OneFrame> read(JsonObject request, String name, ImageSource source) {
    if (!request.isObject(name)) {
      return request.text(name).map(text -> OneFrame.parse(text, List.of()));
    }
    JsonObject object = request.requireObject(name);
    object.requireOnly(NAMES);
    List<Rgb8Image> controls = new ArrayList<>();
    for (JsonObject image : object.objects(CONTROLS)) {
      controls.add(source.image(name, ImageReference.of(image)));
    }
    return Optional.of(OneFrame.parse(object.requireText(OPTIONS), controls));
  }
}
