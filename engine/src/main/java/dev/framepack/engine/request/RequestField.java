package dev.framepack.engine.request;

import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.json.JsonObject;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One component of {@link VideoRequest} in JSON.
 *
 * @param name of the component
 * @param write its value: text, number, boolean, list, map, or null when absent
 * @param read gives a builder the value where there is one
 */
record RequestField(String name, Writer write, Reader read) {

  /** A component to JSON. */
  @FunctionalInterface
  interface Writer {
    @Nullable Object value(VideoRequest request, Function<Rgb8Image, Optional<String>> fileOf);
  }

  /** JSON to a component. */
  @FunctionalInterface
  interface Reader {
    void read(JsonObject request, ImageSource images, VideoRequest.Builder builder);
  }

  /**
   * A component of any type.
   *
   * @param member reads a member of an object by its name
   */
  static <T> RequestField of(
      String name,
      Function<VideoRequest, @Nullable Object> get,
      BiFunction<JsonObject, String, Optional<T>> member,
      BiConsumer<VideoRequest.Builder, T> set) {
    return new RequestField(
        name,
        (request, fileOf) -> get.apply(request),
        (request, images, builder) ->
            member.apply(request, name).ifPresent(value -> set.accept(builder, value)));
  }

  static RequestField text(
      String name,
      Function<VideoRequest, @Nullable Object> get,
      BiConsumer<VideoRequest.Builder, String> set) {
    return of(name, get, JsonObject::text, set);
  }

  static RequestField number(
      String name,
      Function<VideoRequest, @Nullable Object> get,
      BiConsumer<VideoRequest.Builder, Double> set) {
    return of(name, get, JsonObject::number, set);
  }

  static RequestField integer(
      String name,
      Function<VideoRequest, @Nullable Object> get,
      BiConsumer<VideoRequest.Builder, Integer> set) {
    return of(name, get, JsonObject::integer, set);
  }

  static RequestField whole(
      String name,
      Function<VideoRequest, @Nullable Object> get,
      BiConsumer<VideoRequest.Builder, Long> set) {
    return of(name, get, JsonObject::whole, set);
  }

  static RequestField flag(
      String name,
      Function<VideoRequest, @Nullable Object> get,
      BiConsumer<VideoRequest.Builder, Boolean> set) {
    return of(name, get, JsonObject::flag, set);
  }

  /** One of several values with a name. */
  static <T> RequestField named(
      String name,
      T[] values,
      Function<T, String> id,
      Function<VideoRequest, T> get,
      BiConsumer<VideoRequest.Builder, T> set) {
    return of(
        name, request -> id.apply(get.apply(request)), (o, n) -> chosen(o, n, values, id), set);
  }

  static RequestField image(
      String name,
      Function<VideoRequest, @Nullable Rgb8Image> get,
      BiConsumer<VideoRequest.Builder, Rgb8Image> set) {
    return new RequestField(
        name,
        (request, fileOf) -> {
          Rgb8Image image = get.apply(request);
          return image == null ? null : ImageReference.write(image, fileOf.apply(image));
        },
        (request, images, builder) ->
            ImageReference.read(request, name)
                .ifPresent(reference -> set.accept(builder, images.image(name, reference))));
  }

  private static <T> Optional<T> chosen(
      JsonObject object, String name, T[] values, Function<T, String> id) {
    return object
        .text(name)
        .map(text ->
            Arrays.stream(values)
                .filter(value -> id.apply(value).equals(text))
                .findFirst()
                .orElseThrow(() ->
                    object.unexpected(
                        name,
                        "one of " + String.join(", ", Arrays.stream(values).map(id).toList()))));
  }
}
