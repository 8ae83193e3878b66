package dev.framepack.engine.request;

import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.json.JsonObject;
import dev.framepack.engine.timeline.ClipExtension;
import dev.framepack.engine.timeline.PromptSchedule;
import dev.framepack.engine.timeline.SectionImage;
import dev.framepack.engine.timeline.SectionImages;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Prompts and pictures along a video in JSON. Prompts are one text where that says everything, else
 * an object; pictures a list of {@code {"first": 1, "last": 2, "image": ...}}; a clip the list of
 * its frames.
 */
final class TimelineJson {
  private static final String TEXT = "text";
  private static final String PLAIN = "plain";
  private static final String BLEND_SECTIONS = "blendSections";
  private static final List<String> PROMPT_NAMES = List.of(TEXT, PLAIN, BLEND_SECTIONS);
  private static final String FIRST = "first";
  private static final String LAST = "last";
  private static final String IMAGE = "image";
  private static final List<String> IMAGE_NAMES = List.of(FIRST, LAST, IMAGE);

  private static final String CLIP = "clip";
  private static final String WITH_CLIP = "withClip";
  private static final List<String> EXTENSION_NAMES = List.of(CLIP, WITH_CLIP);

  private TimelineJson() {}

  static Object write(PromptSchedule prompts) {
    if (PromptSchedule.parse(prompts.text()).equals(prompts)) {
      return prompts.text();
    }
    Map<String, Object> values = new LinkedHashMap<>();
    values.put(TEXT, prompts.text());
    values.put(PLAIN, prompts.isPlain());
    values.put(BLEND_SECTIONS, prompts.blendSections());
    return values;
  }

  static Optional<PromptSchedule> readPrompts(JsonObject request, String name) {
    if (!request.isObject(name)) {
      return request.text(name).map(PromptSchedule::parse);
    }
    JsonObject object = request.requireObject(name);
    object.requireOnly(PROMPT_NAMES);
    String text = object.requireText(TEXT);
    PromptSchedule prompts =
        object.flag(PLAIN).orElse(false) ? PromptSchedule.of(text) : PromptSchedule.parse(text);
    return Optional.of(prompts.withBlend(object.integer(BLEND_SECTIONS).orElse(0)));
  }

  static List<Map<String, Object>> write(
      SectionImages images, Function<Rgb8Image, Optional<String>> fileOf) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (SectionImage image : images.images()) {
      Map<String, Object> values = new LinkedHashMap<>();
      values.put(FIRST, image.first());
      values.put(LAST, image.last());
      values.put(IMAGE, ImageReference.write(image.image(), fileOf.apply(image.image())));
      list.add(values);
    }
    return list;
  }

  static SectionImages readImages(JsonObject request, String name, ImageSource source) {
    List<SectionImage> images = new ArrayList<>();
    for (JsonObject object : request.objects(name)) {
      object.requireOnly(IMAGE_NAMES);
      int first =
          object.integer(FIRST).orElseThrow(() -> object.unexpected(FIRST, "a whole number"));
      ImageReference reference =
          ImageReference.read(object, IMAGE)
              .orElseThrow(() -> object.unexpected(IMAGE, "a picture"));
      images.add(
          new SectionImage(
              first, object.integer(LAST).orElse(first), source.image(name, reference)));
    }
    return new SectionImages(images);
  }

  static @Nullable Map<String, Object> write(
      @Nullable ClipExtension extension, Function<Rgb8Image, Optional<String>> fileOf) {
    if (extension == null) {
      return null;
    }
    Map<String, Object> values = new LinkedHashMap<>();
    values.put(
        CLIP,
        extension.clip().stream()
            .map(frame -> ImageReference.write(frame, fileOf.apply(frame)))
            .toList());
    values.put(WITH_CLIP, extension.withClip());
    return values;
  }

  static Optional<ClipExtension> readExtension(
      JsonObject request, String name, ImageSource source) {
    return request
        .object(name)
        .map(object -> {
          object.requireOnly(EXTENSION_NAMES);
          List<Rgb8Image> clip = new ArrayList<>();
          for (JsonObject frame : object.objects(CLIP)) {
            clip.add(source.image(name, ImageReference.of(frame)));
          }
          return new ClipExtension(clip, object.flag(WITH_CLIP).orElse(false));
        });
  }
}
