package dev.framepack.engine.request;

import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A picture in JSON: {@code {"sha256": ..., "file": ...}}, or the name of a file alone where a
 * person writes it.
 *
 * @param file its name; where it lies, the document says
 * @param sha256 {@link Rgb8Image#sha256}, of the pixels
 */
public record ImageReference(Optional<String> file, Optional<String> sha256) {
  static final String FILE = "file";

  private static final String SHA_256 = "sha256";

  /** Of a picture that lies in a file. */
  static Map<String, Object> write(Rgb8Image image, Optional<String> file) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put(SHA_256, image.sha256());
    file.ifPresent(name -> values.put(FILE, name));
    return values;
  }

  static Optional<ImageReference> read(JsonObject object, String name) {
    if (!object.isObject(name)) {
      return object.text(name).map(file -> new ImageReference(Optional.of(file), Optional.empty()));
    }
    return Optional.of(of(object.requireObject(name)));
  }

  static ImageReference of(JsonObject image) {
    image.requireOnly(Set.of(SHA_256, FILE));
    return new ImageReference(image.text(FILE), image.text(SHA_256));
  }
}
